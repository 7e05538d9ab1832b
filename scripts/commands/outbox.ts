import { Command, InvalidArgumentError } from 'commander'

import { SettingsError } from '../../functions/_runtime/settings/configuration.ts'
import { settingsFile } from '../../functions/_runtime/process/standalone.ts'
import { finding } from '../exit-codes.ts'
import { reasonOf } from '../reason.ts'
import { sendEvents } from '../send-events.ts'

interface Options {
  readonly once?: true
  readonly timeout?: number
  readonly retryUndelivered?: true
}

export function outboxCommand(): Command {
  return new Command('outbox')
    .description('Send the change events of configs that are still to be sent.')
    .option('--once', 'try once: wait neither for the sink nor for another process that sends')
    .option('--timeout <seconds>', 'end after so long, whatever is left', positive)
    .option('--retry-undelivered', 'first send again what was put aside, each event once')
    .addHelpText(
      'after',
      `
Sends to K_SINK (or configs.events.sink) what is pending in the database of configs, and waits while the sink does not
take it. The function sends by itself; this is for what is left when nobody calls it, for example as a CronJob.
Events begin when something of quartet first has an address for them: what was changed before is not sent.

Ends with 0 when nothing is left, with 1 when something is, or was put aside.

Examples:
  DATABASE_URL=postgres://user:password@localhost:5432/quartet K_SINK=http://localhost:9000 quartet outbox
  QUARTET_SETTINGS=quartet.yaml quartet outbox --timeout 50
  QUARTET_SETTINGS=quartet.yaml quartet outbox --once --retry-undelivered`,
    )
    .action(async (options: Options) => {
      try {
        process.exitCode = await send(options)
      } catch (error) {
        process.stderr.write(`${explain(error)}\n`)
        process.exitCode = finding
      }
    })
}

/** @returns the exit code */
async function send({ once, timeout, retryUndelivered }: Options): Promise<number> {
  const { env } = process
  const ending = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort())
  const stop =
    timeout === undefined ? ending.signal : AbortSignal.any([ending.signal, AbortSignal.timeout(timeout * 1000)])
  const { result, taken, putAside, undelivered } = await sendEvents(
    { env, file: await settingsFile(env) },
    {
      retriesUndelivered: retryUndelivered ?? false,
      stop,
      hurry: once ? AbortSignal.abort() : stop,
      tell: (line) => process.stderr.write(`${line}\n`),
    },
  )
  process.stdout.write(`${taken} sent, ${putAside} put aside. ${undelivered} in configs.undelivered.\n`)
  if (result.state === 'done') return putAside > 0 ? finding : 0
  if (result.state === 'busy') {
    process.stdout.write('Another process is sending now.\n')
    // Who tries once wants somebody to send, and somebody does.
    return once ? 0 : finding
  }
  process.stdout.write(`Some are left: ${result.reason}.\n`)
  return finding
}

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0) || value > 2_000_000) throw new InvalidArgumentError('Expected seconds, such as 50.')
  return value
}

function explain(error: unknown): string {
  return error instanceof SettingsError ? `The settings are wrong.\n${error.message}` : reasonOf(error)
}
