import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'

import { Command } from 'commander'

import { SettingsError } from '../../functions/_runtime/settings/configuration.ts'
import { parseSettingsFile } from '../../functions/_runtime/settings/settings-file.ts'
import { Kubectl, type ClusterOptions } from '../cluster/kubectl.ts'
import { clusterOptions, defaultNamespace, withClusterOptions } from '../cluster/options.ts'
import { finding, usageError } from '../exit-codes.ts'
import { sleep } from '../local/sleep.ts'
import { reasonOf } from '../reason.ts'
import type { Measurement } from '../rollout/analysis.ts'
import { beginning, undoing } from '../rollout/beginning.ts'
import { Driver, type Clock } from '../rollout/driver.ts'
import { flags } from '../rollout/flags.ts'
import { leaseMs } from '../rollout/lease.ts'
import { givenOptions, type CommandLine } from '../rollout/given-options.ts'
import { KnativeCluster } from '../rollout/knative-cluster.ts'
import { planOf, type Plan } from '../rollout/plan.ts'
import {
  describeBeginning,
  describeEntry,
  describeHistory,
  describeMeasurement,
  describePhase,
  describeState,
} from '../rollout/report.ts'
import { measure } from '../rollout/sources/measure.ts'
import type { Entry, Rollout } from '../rollout/state.ts'
import { changeText, type Change } from '../rollout/template.ts'

const clock: Clock = { now: Date.now, sleep }
const watchMs = 1_000

export function rolloutCommand(): Command {
  const command = placed('rollout', 'the function whose new revision it is')
    .description('Bring a new revision to users by and by, judge it by its metrics, and go back when it is not good.')
    .option('-f, --file <file>', 'a YAML file of these options, and of more: see scripts/rollout')
    .option(
      '--env <name=value>',
      'an environment variable that the new revision has otherwise; any number',
      collected,
      [],
    )
    .option('--no-analysis', 'judge nothing but that it is ready')
  for (const { flag, argument, help } of flags) command.option(`${flag} <${argument}>`, help)
  return (
    command
      .addHelpText(
        'after',
        `
Run it again to go on with a rollout that it was killed in. Exit codes: 0 promoted, 1 aborted, 2 wrong usage.

Examples:
  quartet rollout predict --image registry.example/quartet-predict:2 --prometheus http://localhost:9090
  quartet rollout predict --env LOG_LEVEL=warn --steps 10:30s,50:30s,100 --load-rate 5 --prometheus http://localhost:9090
  quartet rollout configs --file rollout.yaml --strategy blue-green --promotion manual
  quartet rollout status predict --watch
  quartet rollout abort predict`,
      )
      .action((name: string, options: RolloutOptions) => begin(name, options))
      // The commands below have some options of the same names.
      .enablePositionalOptions()
      .addCommand(statusCommand())
      .addCommand(promoteCommand())
      .addCommand(abortCommand())
      .addCommand(historyCommand())
      .addCommand(undoCommand())
  )
}

interface RolloutOptions extends ClusterOptions, CommandLine {
  readonly file?: string
}

function statusCommand(): Command {
  return placed('status', 'the function')
    .description('Say where the rollout of a function is.')
    .option('--watch', 'until it has ended', false)
    .addHelpText('after', '\nExamples:\n  quartet rollout status predict --watch')
    .action((name: string, { watch, ...options }: ClusterOptions & { watch: boolean }) =>
      attempt(async () => {
        const cluster = new KnativeCluster(kubectlOf(options), name)
        for (let shown = ''; ; await sleep(watchMs)) {
          const { state } = await cluster.read()
          const text = describeState(state)
          if (text !== shown) process.stdout.write(text)
          shown = text
          if (!watch || state.rollout === undefined) return
        }
      }),
    )
}

function promoteCommand(): Command {
  return placed('promote', 'the function')
    .description('Send all users to the new revision now, or let one go on that waits for it, and wait for the end.')
    .addHelpText('after', '\nExamples:\n  quartet rollout promote predict')
    .action((name: string, options: ClusterOptions) =>
      attempt(async () => conclude(await driverOf(new KnativeCluster(kubectlOf(options), name)).promote())),
    )
}

function abortCommand(): Command {
  return placed('abort', 'the function')
    .description('Send all users to the old revision now.')
    .addHelpText('after', '\nExamples:\n  quartet rollout abort predict')
    .action((name: string, options: ClusterOptions) =>
      attempt(async () => {
        const driver = driverOf(new KnativeCluster(kubectlOf(options), name))
        process.stdout.write(describeEntry(await driver.abort(`${userInfo().username} on ${hostname()} aborted it.`)))
      }),
    )
}

function historyCommand(): Command {
  return placed('history', 'the function')
    .description('List the last rollouts of a function.')
    .addHelpText('after', '\nExamples:\n  quartet rollout history predict')
    .action((name: string, options: ClusterOptions) =>
      attempt(async () => {
        const { state } = await new KnativeCluster(kubectlOf(options), name).read()
        process.stdout.write(describeHistory(state))
      }),
    )
}

function undoCommand(): Command {
  return placed('undo', 'the function')
    .description('Send all users back to the revision before, as soon as it has its pods.')
    .option('--to <revision>', 'to this one')
    .option('--keep <duration>', 'how long the one that is left is kept warm', '0s')
    .addHelpText(
      'after',
      '\nExamples:\n  quartet rollout undo predict\n  quartet rollout undo predict --to predict-00001',
    )
    .action((name: string, { to, keep, ...options }: ClusterOptions & { to?: string; keep: string }) =>
      attempt(async () => {
        const { stages, ...plan } = planOf(givenOptions({ keep, analysis: false }))
        const undo: Plan = { ...plan, strategy: 'undo', stages: stages.slice(-1) }
        const cluster = new KnativeCluster(kubectlOf(options), name)
        conclude(await driverOf(cluster).run((state) => undoing(cluster, state, undo, to)))
      }),
    )
}

/** A command about one function in one place of one cluster. */
function placed(name: string, what: string): Command {
  return withClusterOptions(new Command(name).argument('<function>', what))
}

function kubectlOf(options: ClusterOptions): Kubectl {
  return new Kubectl({ namespace: defaultNamespace, ...clusterOptions(options) })
}

function collected(value: string, before: readonly string[]): string[] {
  return [...before, value]
}

function begin(name: string, options: RolloutOptions): Promise<void> {
  return attempt(async () => {
    const { file: path } = options
    const file = path === undefined ? undefined : await parseSettingsFile(path, readFileSync(path, 'utf8'))
    const given = givenOptions(options, file)
    const change: Change = { image: given.image, env: given.env }
    const wanted = { plan: planOf(given), change: changeText(change) }
    const cluster = new KnativeCluster(kubectlOf(options), name, change)
    conclude(await driverOf(cluster).run((state) => beginning(cluster, state, wanted)))
  })
}

function driverOf(cluster: KnativeCluster): Driver {
  return new Driver({
    cluster,
    clock,
    holder: `${hostname()}/${process.pid}/${randomBytes(4).toString('hex')}`,
    measure: (rollout) => measure(rollout, placeOf(cluster)),
    tell,
    wait: (other) => process.stderr.write(`Looking for ${leaseMs / 1_000} s whether ${other} is still at it.\n`),
  })
}

function placeOf({ service: { metadata, status } }: KnativeCluster) {
  const urls = status.traffic.flatMap(({ tag, url }) => (tag !== undefined && url !== undefined ? [[tag, url]] : []))
  return {
    service: metadata.name,
    namespace: metadata.namespace,
    urls: Object.fromEntries(urls) as Record<string, string>,
  }
}

function tell(rollout: Rollout, measurements: readonly Measurement[]): void {
  if (measurements.length === 0 && rollout.phase === 'creating') process.stdout.write(describeBeginning(rollout))
  const time = new Date().toISOString().slice(11, 19)
  for (const measurement of measurements) process.stdout.write(`${time}    ${describeMeasurement(measurement)}\n`)
  if (measurements.length === 0 || rollout.phase !== 'judging' || Object.keys(rollout.tallies).length === 0) {
    process.stdout.write(`${time}  ${describePhase(rollout)}\n`)
  }
}

function conclude(entry: Entry): void {
  const isPromoted = entry.outcome === 'promoted'
  const out = isPromoted ? process.stdout : process.stderr
  out.write(describeEntry(entry))
  if (!isPromoted) process.exitCode = finding
}

async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`)
    process.exitCode = error instanceof SettingsError ? usageError : finding
  }
}
