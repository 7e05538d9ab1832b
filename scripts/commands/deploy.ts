import { Argument, Command, InvalidArgumentError } from 'commander'

import { SettingsError } from '../../functions/_runtime/settings/configuration.ts'
import { functions } from '../../functions/list.ts'
import { Kubectl, type ClusterOptions } from '../cluster/kubectl.ts'
import type { KnativeService } from '../cluster/objects.ts'
import { clusterOptions, withClusterOptions } from '../cluster/options.ts'
import { changesOf, type Change } from '../deploy/changes.ts'
import { deploy } from '../deploy/deploy.ts'
import { deployedSettings } from '../deploy/deployed-settings.ts'
import { withImages } from '../deploy/images.ts'
import { curlLine, findIngress, type Ingress } from '../deploy/ingress.ts'
import { referenceOf } from '../deploy/manifest.ts'
import { asYaml, overlayFolder, renderOverlay } from '../deploy/overlay.ts'
import { planOf, type Plan } from '../deploy/plan.ts'
import { hasNamespace, requireKnative } from '../deploy/prerequisites.ts'
import { Screen } from '../deploy/screen.ts'
import { finding } from '../exit-codes.ts'
import { connectionDemand } from '../pool-sizes.ts'
import { reasonOf } from '../reason.ts'

interface Options extends ClusterOptions {
  readonly overlay: string
  readonly imagePrefix?: string
  readonly tag?: string
  readonly dryRun?: true
  readonly wait: boolean
  readonly timeout: number
  readonly ingress?: string
}

export function deployCommand(): Command {
  const names = Object.keys(functions)
  const command = new Command('deploy')
    .addArgument(new Argument('[function...]', 'which functions; all by default').choices(names))
    .description('Bring functions to Knative, and wait until they are ready.')
    .option('--overlay <name or folder>', 'local, production, or a folder with a kustomization.yaml', 'local')
    .option('--image-prefix <prefix>', 'what the names of the images begin with, instead of what the overlay says')
    .option('--tag <tag>', 'the tag of the images, instead of the one that the overlay says')
    .option('--dry-run', 'print what would be applied, but for Secrets, and what would come of it, and change nothing')
    .option('--no-wait', 'end when everything is applied')
    .option('--timeout <seconds>', 'for the migration, and again for the functions', seconds, 300)
    .option('--ingress <host:port>', 'where the ingress is, for the commands that are printed')
  return withClusterOptions(command)
    .addHelpText(
      'after',
      `
Checks the settings, runs the migrations, applies, and waits. A migration that fails stops it; a revision that does not
become ready is explained, and the one before it keeps serving. Run again, it goes on where it was interrupted.
What an earlier deploy made and the overlay no longer has is removed in the end, but nothing that may hold data.
Talks to the cluster by kubectl.

Examples:
  quartet deploy
  quartet deploy predict --tag 2026-11-21
  quartet deploy --overlay production --image-prefix registry.example/team --tag 2026-11-21
  quartet deploy --dry-run --overlay my/overlay > rendered.yaml`,
    )
    .action(async (wanted: string[], options: Options) => {
      const interrupted = new AbortController()
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort())
      const screen = new Screen(options.dryRun ? process.stderr : process.stdout)
      try {
        const isDone = await run(wanted, options, screen, interrupted.signal)
        if (!isDone) process.exitCode = finding
      } catch (error) {
        screen.end()
        process.stderr.write(`${explain(error, interrupted.signal)}\n`)
        process.exitCode = finding
      }
    })
}

/** @returns whether all is as it should be */
async function run(wanted: string[], options: Options, screen: Screen, signal: AbortSignal): Promise<boolean> {
  const where = clusterOptions(options)
  const { namespace: given, ...cluster } = where
  const rendered = await renderOverlay(new Kubectl(cluster), overlayFolder(options.overlay), given)
  const manifests = withImages(rendered, { prefix: options.imagePrefix, tag: options.tag })
  const plan = planOf(manifests, wanted)
  const names = plan.services.map(({ metadata }) => metadata.name).join(', ')
  const kubectl = new Kubectl({ ...where, namespace: plan.namespace })
  const { namespace, services, surroundings, migrations, namespaces } = plan
  // Of all, also of those that stay as they are: they share the database.
  const demand = connectionDemand(await deployedSettings(manifests))
  if (options.dryRun) {
    const open = surroundings.filter(({ kind }) => kind !== 'Secret')
    process.stdout.write(asYaml([...namespaces, ...open, ...migrations, ...services]))
    // A log of CI, or a file that is kept, is no place for them.
    for (const each of surroundings) if (!open.includes(each)) screen.say(`not shown ${referenceOf(each)}`)
    await tellChanges(kubectl, plan, screen, signal)
    return true
  }
  screen.say(screen.paint('bold', `Deploying ${names} to namespace ${namespace}.`))
  const fits =
    demand &&
    Number.isFinite(demand.available) &&
    `; at full scale ${demand.needed} of ${demand.available} database connections`
  screen.say(`settings   fine${fits || ''}`)
  await requireKnative(kubectl, signal)
  const { isReady, services: found } = await deploy(kubectl, plan, screen, {
    waits: options.wait,
    timeoutMs: options.timeout * 1000,
    interrupted: signal,
  })
  if (isReady && options.wait) await tellAddresses(kubectl, plan, found, screen, options.ingress)
  return isReady
}

async function tellChanges(kubectl: Kubectl, plan: Plan, screen: Screen, signal: AbortSignal): Promise<void> {
  await requireKnative(kubectl, signal)
  if (!(await hasNamespace(kubectl, plan.namespace, signal))) {
    screen.say(`All of it is new: there is no namespace ${plan.namespace} yet, so the cluster cannot check the rest.`)
    return
  }
  const around = await changesOf(kubectl, plan.surroundings, signal)
  tell(around, screen)
  if (around.some(({ object, kind }) => kind === 'new' && object.startsWith('ServiceAccount/'))) {
    screen.say('The cluster cannot check the Services before their service accounts are there.')
  } else tell(await changesOf(kubectl, plan.services, signal), screen)
  for (const { metadata } of plan.migrations) screen.say(`run      Job.v1.batch/${metadata.name}`)
}

function tell(changes: readonly Change[], screen: Screen): void {
  for (const { object, kind, details } of changes) {
    screen.say(`${kind.padEnd(7)}  ${object}`)
    for (const detail of details) screen.say(`           ${detail}`)
  }
}

async function tellAddresses(
  kubectl: Kubectl,
  plan: Plan,
  found: readonly KnativeService[],
  screen: Screen,
  address: string | undefined,
): Promise<void> {
  const urls = plan.services.flatMap(({ metadata: { name } }): [string, string][] => {
    const url = found.find(({ metadata }) => metadata.name === name)?.status.url
    return url === undefined ? [] : [[name, url]]
  })
  const [[, first] = []] = urls
  if (first === undefined) return
  const ingress: Ingress = address === undefined ? await findIngress(kubectl, first) : { address }
  screen.say()
  if (ingress.first !== undefined) screen.say(`  ${ingress.first} &`)
  for (const [name, url] of urls) {
    const example = (await exampleOf(name)) ?? 'curl $URL/healthz'
    screen.say(`  ${curlLine(example, url, ingress)}`)
  }
}

async function exampleOf(name: string): Promise<string | undefined> {
  const loaders: Readonly<Record<string, (typeof functions)[keyof typeof functions] | undefined>> = functions
  return (await loaders[name]?.())?.definition.example
}

function seconds(text: string): number {
  const value = Number(text)
  if (!(value > 0) || value > 86_400) throw new InvalidArgumentError('Expected seconds, such as 300.')
  return value
}

function explain(error: unknown, interrupted: AbortSignal): string {
  if (interrupted.aborted) {
    return 'Interrupted. What was applied stays and goes on coming up; deploy again to complete it, or ask `quartet status`.'
  }
  if (error instanceof SettingsError) return `The settings are wrong, so nothing was changed.\n${error.message}`
  return reasonOf(error)
}
