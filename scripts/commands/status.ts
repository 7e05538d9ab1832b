import { Argument, Command, Option } from 'commander'

import { functions } from '../../functions/list.ts'
import { Kubectl, type ClusterOptions } from '../cluster/kubectl.ts'
import { LiveList } from '../cluster/live-list.ts'
import { KnativeService, Pod, PodAutoscaler, serviceLabel } from '../cluster/objects.ts'
import { clusterOptions, defaultNamespace, withClusterOptions } from '../cluster/options.ts'
import { until } from '../cluster/until.ts'
import { requireKnative } from '../deploy/prerequisites.ts'
import { statusOf, type FunctionStatus } from '../deploy/status.ts'
import { statusTable } from '../deploy/status-table.ts'
import { finding } from '../exit-codes.ts'
import { reasonOf } from '../reason.ts'
import { isLive, LiveLines } from '../terminal/live-lines.ts'
import { paintFor } from '../terminal/paint.ts'

interface Options extends ClusterOptions {
  readonly watch?: true
  readonly output: 'table' | 'json'
}

const names = Object.keys(functions)

export function statusCommand(): Command {
  const command = new Command('status')
    .addArgument(new Argument('[function...]', 'which functions; all by default').choices(names))
    .description('Show how functions are on Knative, without waking any.')
    .option('-w, --watch', 'show every change until Ctrl-C')
    .addOption(new Option('-o, --output <form>', 'of what is printed').choices(['table', 'json']).default('table'))
  return withClusterOptions(command)
    .addHelpText(
      'after',
      `
A line a revision: its share of the requests, and its pods that are there of those that the autoscaler wants.
As JSON, --watch prints a line a change.

Ends with 0 when every function is ready or at zero, with 1 when one is not, or none is there.

Examples:
  quartet status
  quartet status --watch
  quartet status configs --output json`,
    )
    .action(async (wanted: string[], options: Options) => {
      const ending = new AbortController()
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort())
      try {
        await (options.watch ? watch : once)(wanted, options, ending.signal)
      } catch (error) {
        if (ending.signal.aborted) return
        process.stderr.write(`${reasonOf(error)}\n`)
        process.exitCode = finding
      }
    })
}

async function once(wanted: readonly string[], options: Options, signal: AbortSignal): Promise<void> {
  const { look, lists, namespace } = await viewOf(wanted, options, signal)
  await until(lists, () => true, signal)
  const statuses = look()
  if (options.output === 'json') process.stdout.write(`${JSON.stringify(statuses, undefined, 2)}\n`)
  else process.stdout.write(`${shown(statuses, namespace).join('\n')}\n`)
  const isFine = statuses.length > 0 && statuses.every(({ state }) => state === 'ready' || state === 'idle')
  if (!isFine) process.exitCode = finding
}

async function watch(wanted: readonly string[], options: Options, signal: AbortSignal): Promise<void> {
  const { look, lists, namespace } = await viewOf(wanted, options, signal)
  const screen = options.output === 'table' && isLive(process.stdout) ? new LiveLines(process.stdout) : undefined
  let last = ''
  const show = (): undefined => {
    const statuses = look()
    const text = options.output === 'json' ? JSON.stringify(statuses) : shown(statuses, namespace).join('\n')
    // A terminal that has changed its size is drawn anew.
    if (screen) screen.draw(text.split('\n'))
    else if (text !== last) process.stdout.write(`${text}\n`)
    last = text
  }
  try {
    await until(lists, show, signal)
  } finally {
    screen?.end()
  }
}

async function viewOf(wanted: readonly string[], options: Options, signal: AbortSignal) {
  const namespace = options.namespace ?? defaultNamespace
  const kubectl = new Kubectl({ ...clusterOptions(options), namespace })
  await requireKnative(kubectl, signal)
  const services = new LiveList(kubectl, ['services.serving.knative.dev'], KnativeService)
  const autoscalers = new LiveList(kubectl, ['podautoscalers.autoscaling.internal.knative.dev'], PodAutoscaler)
  const pods = new LiveList(kubectl, ['pods', `--selector=${serviceLabel}`], Pod)
  const shownNames = new Set(wanted.length > 0 ? wanted : names)
  const look = (): FunctionStatus[] => {
    const surroundings = { autoscalers: autoscalers.items, pods: pods.items }
    const found = services.items.filter(({ metadata }) => shownNames.has(metadata.name))
    return found
      .toSorted((one, other) => names.indexOf(one.metadata.name) - names.indexOf(other.metadata.name))
      .map((service) => statusOf(service, surroundings))
  }
  return { look, namespace, lists: [services, autoscalers, pods] }
}

function shown(statuses: readonly FunctionStatus[], namespace: string): string[] {
  if (statuses.length === 0) {
    return [
      `Namespace ${namespace} has none of the functions.`,
      '`quartet deploy` brings them; --namespace looks elsewhere.',
    ]
  }
  const { isTTY, columns } = process.stdout
  return statusTable(statuses, paintFor(process.stdout), isTTY ? columns || 80 : Infinity)
}
