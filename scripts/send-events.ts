import { configure } from '../functions/_runtime/settings/configuration.ts'
import { openLog, type Logger } from '../functions/_runtime/process/log.ts'
import { drain } from '../functions/configs/events/drain.ts'
import { EventMetrics } from '../functions/configs/events/event-metrics.ts'
import { openDestination } from '../functions/configs/events/open-destination.ts'
import { Outbox, type Pass } from '../functions/configs/events/outbox.ts'
import { ConfigsSettings } from '../functions/configs/schema.ts'
import type { Sources } from './database-urls.ts'

interface Order {
  /** Whether what was put aside is sent again, before the rest. */
  readonly retriesUndelivered: boolean
  /** Ends all waiting for the sink, or for another process. */
  readonly hurry: AbortSignal
  /** Breaks off what is being sent. */
  readonly stop: AbortSignal
  /** Is given lines for people. */
  readonly tell: (line: string) => void
}

interface Sent {
  /** How far it came at last. */
  readonly result: Pass
  readonly taken: number
  readonly putAside: number
  /** What is put aside now, also by others. */
  readonly undelivered: number
}

const progressMs = 2000

/**
 * Sends the events of configs that are to be sent.
 * @throws SettingsError; Error where they have no address; Problem 503 when the database does not answer at last
 */
export async function sendEvents(sources: Sources, { retriesUndelivered, hurry, stop, tell }: Order): Promise<Sent> {
  const settings = configure('configs', ConfigsSettings, sources).settings
  const destination = openDestination(settings)
  if (!destination) throw new Error('Events have no address. Set K_SINK, or configs.events.sink in the file.')
  const metrics = new EventMetrics()
  const log = plainLog(tell)
  const outbox = new Outbox({ settings: settings.events, destination, database: settings.database, metrics, log })
  const progress = setInterval(() => tell(`${metrics.count('taken')} sent`), progressMs)
  try {
    const patience = { forOthers: true, hurry, stop, log }
    const retried: Pass = retriesUndelivered
      ? await drain((signal) => outbox.retryUndelivered(signal), patience)
      : { state: 'done' }
    const result = retried.state === 'done' ? await drain((signal) => outbox.pass(signal), patience) : retried
    return {
      result,
      taken: metrics.count('taken'),
      putAside: metrics.count('refused'),
      undelivered: await outbox.undelivered(),
    }
  } finally {
    clearInterval(progress)
    await outbox.close()
  }
}

/** A log whose lines are for people: what happened, and what is known of it. */
function plainLog(tell: (line: string) => void): Logger {
  const write = (text: string): void => {
    const { level: _, time: __, msg, err, ...rest } = JSON.parse(text) as LogLine
    const facts: Readonly<Record<string, unknown>> = { ...rest, ...(err && { err: err.message }) }
    tell([msg, ...Object.entries(facts).map(([key, value]) => `${key}=${String(value)}`)].join(' '))
  }
  return openLog('warn', { write }).logger
}

interface LogLine {
  readonly [key: string]: unknown
  readonly msg: string
  readonly err?: { readonly message: string }
}
