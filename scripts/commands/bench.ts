import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { Argument, Command, InvalidArgumentError, Option } from 'commander'

import { addressesOf, type Addresses } from '../../bench/k6/measurement/addresses.ts'
import { measure } from '../../bench/k6/measurement/measure.ts'
import type { Measurement } from '../../bench/k6/measurement/measurement.ts'
import { ProgressLine } from '../../bench/k6/measurement/progress-line.ts'
import { Scaling } from '../../bench/k6/measurement/scaling.ts'
import { shapes, type Shape } from '../../bench/k6/measurement/shapes.ts'
import { reportOf } from '../../bench/k6/report/report.ts'
import { functions } from '../../functions/list.ts'
import { Kubectl, type ClusterOptions } from '../cluster/kubectl.ts'
import { clusterOptions, defaultNamespace, withClusterOptions } from '../cluster/options.ts'
import { finding } from '../exit-codes.ts'
import { reasonOf } from '../reason.ts'

interface Options extends ClusterOptions {
  readonly url?: string
  readonly host?: string
  readonly kube?: true
  readonly function: string
  readonly rate?: string
  readonly duration?: string
  readonly max?: string
  readonly rounds?: string
  readonly settle: string
  readonly output?: string
}

export function benchCommand(): Command {
  const names = shapes.map(({ name }) => name)
  const told = shapes.map(({ name, purpose }) => `  ${name.padEnd(8)} ${purpose}`).join('\n')
  const command = new Command('bench')
    .addArgument(new Argument('<script>', 'the shape of the load').choices(names))
    .description('Send load with k6, watch the pods that it makes, and write a report.')
    .option('--url <url>', 'where the functions answer; {function} in it stands for the name of one')
    .option('--host <host>', 'the header Host, where it is not that of the URL; {function} as above')
    .option('--kube', 'ask the cluster where the functions are, and watch their pods')
    .addOption(
      new Option('--function <name>', 'which function is asked; mixed asks all')
        .choices(Object.keys(functions))
        .default('predict'),
    )
    .option('--rate <number>', 'requests a second, of steady, soak and mixed', wholeNumber)
    .option('--duration <time>', 'of the load, such as 90s or 5m', duration)
    .option('--max <number>', 'requests a second at the top of ramp; users at once of burst', wholeNumber)
    .option('--rounds <number>', 'of cold', wholeNumber)
    .option('--settle <seconds>', 'how long the pods are waited for to go; 0 where some stay', wholeNumber, '180')
    .option('--output <folder>', 'where report.html and report.json go', '.quartet/bench/SCRIPT')
  return withClusterOptions(command)
    .addHelpText(
      'after',
      `
Scripts:
${told}

With --kube, requests go to the addresses of the Knative Services, or through the ingress, which is looked for where their
names lead nowhere; --url names it. A report has the pods then, and the verdict tells whether they came and went. What a script demands is in bench/k6.

Examples:
  quartet bench ramp --kube
  quartet bench burst --kube --context staging -n quartet --function configs --max 50
  quartet bench ramp --kube --max 150 --duration 3m --output bench/k6/examples/ramp
  quartet bench steady --url http://localhost:8080 --rate 100 --duration 30s

Exit codes: 0 passed, 1 failed or could not be measured, 2 wrong usage.`,
    )
    .action(async (name: string, options: Options) => {
      if (options.url === undefined && !options.kube) {
        command.error('error: say where the functions are: --url URL, or --kube to ask the cluster')
      }
      const shape = shapes.find((each) => each.name === name)
      if (shape) await attempt(() => bench(shape, options))
    })
}

async function bench(shape: Shape, options: Options): Promise<void> {
  const asked = shape.asksAll ? Object.keys(functions) : [options.function]
  const kubectl = options.kube ? new Kubectl({ namespace: defaultNamespace, ...clusterOptions(options) }) : undefined
  const { url, host } = await whereOf(options, asked, kubectl)
  const { rate: RATE, duration: DURATION, max: MAX, rounds: ROUNDS } = options
  const interrupted = new AbortController()
  const interrupt = (): void => interrupted.abort()
  // The load ends, and what there was until then is reported; a second time ends all.
  process.once('SIGINT', interrupt)
  const progress = new ProgressLine(process.stderr, shape.name)
  const measurement = await measure(
    {
      shape,
      functions: asked,
      command: commandLine(),
      variables: given({ URL: url, HOST: host, FUNCTION: options.function, RATE, DURATION, MAX, ROUNDS }),
      ...(kubectl && { scaling: new Scaling(kubectl, asked) }),
      settleSeconds: Number(options.settle),
      signal: interrupted.signal,
    },
    (stage, tally) => progress.tell(stage, tally),
  ).finally(() => {
    process.off('SIGINT', interrupt)
    progress.clear()
  })
  await report(measurement, options.output ?? join('.quartet/bench', shape.name))
}

/** Writes the report, and says in words what came of it. */
async function report(measurement: Measurement, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const page = join(folder, 'report.html')
  await writeFile(page, await reportOf(measurement))
  await writeFile(join(folder, 'report.json'), `${JSON.stringify(measurement)}\n`)
  const { isPassed, findings } = measurement.verdict
  for (const { isMet, text } of findings) process.stdout.write(`${isMet ? 'ok    ' : 'FAILED'}  ${text}\n`)
  process.stdout.write(`${isPassed ? 'Passed' : 'Failed'}. The report is ${page}.\n`)
  if (!isPassed) process.exitCode = finding
}

async function whereOf({ url, host }: Options, asked: readonly string[], kubectl?: Kubectl): Promise<Addresses> {
  if (kubectl && host === undefined) return addressesOf(kubectl, asked, url)
  return { url: url ?? 'http://localhost:8080', ...(host !== undefined && { host }) }
}

function given(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter((pair): pair is [string, string] => pair[1] !== undefined))
}

/** As it was typed, so far as a shell needs no quotes for it. */
function commandLine(): string {
  const words = process.argv.slice(2).map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`))
  return ['quartet', ...words].join(' ')
}

function wholeNumber(text: string): string {
  if (/^\d+$/.test(text)) return text
  throw new InvalidArgumentError('It is no whole number.')
}

function duration(text: string): string {
  if (/^\d+(\.\d+)?(s|m|h)?$/.test(text)) return text
  throw new InvalidArgumentError('It is no duration, such as 90s, 5m or 1h.')
}

async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`)
    process.exitCode = finding
  }
}
