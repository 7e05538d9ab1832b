import type { DatabaseSettings } from '../../_runtime/settings/database-settings.ts'
import type { Logger } from '../../_runtime/process/log.ts'
import { Database } from '../../_runtime/postgres/postgres.ts'
import type { Tracer } from '../../_runtime/tracing/tracer.ts'
import { ChangeFeed, type Batch } from '../feed/change-feed.ts'
import { ConfigHistory } from '../history/history.ts'
import type { Delivery, Destination } from './destination.ts'
import { eventOf, type Change } from './event.ts'
import type { EventMetrics } from './event-metrics.ts'
import { OutboxPlace, type Place, type Refusal } from './outbox-place.ts'
import { endSending, sendingSpan } from './sending-span.ts'
import type { EventsSettings } from './settings.ts'
import { Undelivered } from './undelivered.ts'

/** How far sending came. */
export type Pass =
  /** All that there was is sent, or put aside. */
  | { readonly state: 'done' }
  /** Another process is sending. */
  | { readonly state: 'busy' }
  /** The sink, or the database, is in trouble. */
  | {
      readonly state: 'stalled'
      readonly reason: string
      /** Whether what came before the trouble is behind it now. */
      readonly hasMoved?: boolean
      /** How long the sink wants to be left alone. */
      readonly retryAfterMs?: number | undefined
    }

interface OutboxOptions {
  readonly settings: EventsSettings
  readonly destination: Destination
  readonly database: DatabaseSettings
  readonly metrics: EventMetrics
  readonly log: Logger
  readonly tracer?: Tracer | undefined
}

interface Tries {
  count: number
  /** How many of them failed since the sink took others; undefined while it took none, when it is the sink's fault. */
  besideOthers: number | undefined
  /** How many events the sink had taken by then. */
  taken: number
}

type Stall = Extract<Pass, { readonly state: 'stalled' }>
type Failure = Extract<Delivery, { readonly outcome: 'failed' }>

const stopped: Failure = { outcome: 'failed', reason: 'the process ends' }

/** Changes of a batch: so many are sent twice when a process is killed that sends. */
const batchSize = 64
const beforeAll = '0'

/**
 * Sends the changes of the feed as events, each at least once, those of one config in their order. Where it is stands in
 * the database; one process sends at a time. Documents are read when it is their turn, so `concurrency` of them are in
 * memory.
 */
export class Outbox {
  readonly #settings: EventsSettings
  readonly #metrics: EventMetrics
  readonly #log: Logger
  readonly #tracer: Tracer | undefined
  readonly #openedAt = performance.now()
  /** Of its own, so that requests keep theirs. With one connection: the lock is on it. */
  readonly #database: Database
  readonly #place: OutboxPlace
  readonly #feed: ChangeFeed
  readonly #history: ConfigHistory
  readonly #undelivered: Undelivered
  readonly #destination: Destination
  /** What was sent, or refused, behind something that was neither yet; by version. */
  readonly #settled = new Map<string, Refusal | 'taken'>()
  readonly #tries = new Map<string, Tries>()
  /** Up to where what was put aside was sent again. */
  #retriedTo = beforeAll

  constructor({ settings, destination, database, metrics, log, tracer }: OutboxOptions) {
    this.#settings = settings
    this.#metrics = metrics
    this.#log = log
    this.#tracer = tracer
    this.#database = new Database({ ...database, poolSize: 1 })
    this.#place = new OutboxPlace(this.#database)
    this.#feed = new ChangeFeed(this.#database)
    this.#history = new ConfigHistory(this.#database)
    this.#undelivered = new Undelivered(this.#database)
    this.#destination = destination
  }

  /** Whether there is something for a pass to do, now that nobody may be sending. */
  async isPending(): Promise<boolean> {
    const place = await this.#place.read()
    if (!place || place.isOld) return true
    const { changes } = await this.#feed.read(place.position, 1)
    return changes.length > 0
  }

  /** How many events are put aside. */
  async undelivered(): Promise<number> {
    return this.#undelivered.count()
  }

  /**
   * Sends until nothing is left. Trouble ends it; what was sent before is not sent again by the next.
   * @param stop breaks off what is being sent
   * @throws Problem 503 when the database does not answer
   */
  async pass(stop: AbortSignal): Promise<Pass> {
    if (!(await this.#place.take())) return { state: 'busy' }
    for (let hasMoved = false; ; hasMoved = true) {
      const place = await this.#begun()
      const batch = await this.#feed.read(place.position, batchSize)
      if (batch.hasGap) this.#log.error('changes were deleted before they were sent: retentionDays is too short')
      if (batch.changes.length === 0 && !place.isOld) return { state: 'done' }
      const stall = await this.#send(batch.changes, stop)
      if (!(await this.#moveOn(place, batch))) return { state: 'busy' }
      if (stall) return { ...stall, hasMoved }
    }
  }

  /** As pass(), for what was put aside; each once. */
  async retryUndelivered(stop: AbortSignal): Promise<Pass> {
    if (!(await this.#place.take())) return { state: 'busy' }
    for (;;) {
      const changes = await this.#undelivered.list(this.#retriedTo, batchSize)
      const last = changes.at(-1)
      if (!last) return { state: 'done' }
      const stall = await this.#send(changes, stop)
      const settled = changes.filter(({ version }) => this.#settled.has(version)).map(({ version }) => version)
      const taken = settled.filter((version) => this.#settled.get(version) === 'taken')
      await this.#undelivered.settle(taken, this.#refusalsOf(settled))
      if (stall) return stall
      this.#forget(settled)
      this.#retriedTo = last.version
    }
  }

  /** Lets another process send. */
  async leave(): Promise<void> {
    this.#destination.rest()
    await this.#place.leave()
  }

  async close(): Promise<void> {
    this.#destination.rest()
    await this.#database.close()
  }

  async #begun(): Promise<Place> {
    const place = await this.#place.read()
    if (place) return place
    await this.#place.begin(this.#openedAt)
    return this.#begun()
  }

  /**
   * Sends changes, those of one config one after the other.
   * @returns why some of them are still to be sent
   */
  async #send(changes: readonly Change[], stop: AbortSignal): Promise<Stall | undefined> {
    const pending = changes.filter(({ version }) => !this.#settled.has(version))
    const triesOf = ([first]: readonly Change[]): number => (first && this.#tries.get(first.version)?.count) ?? 0
    const byName = [...Map.groupBy(pending, ({ name }) => name).values()]
    // What failed before comes last: what would be taken does not wait for it.
    const lanes = byName.toSorted((one, other) => triesOf(one) - triesOf(other)).values()
    let stall: Stall | undefined
    let failuresInARow = 0
    const sendLane = async (lane: readonly Change[]): Promise<void> => {
      for (const change of lane) {
        const failure = await this.#tryToDeliver(change, stop)
        failuresInARow = failure ? failuresInARow + 1 : 0
        if (!failure) continue
        const waits = [stall?.retryAfterMs, failure.retryAfterMs].filter((ms) => ms !== undefined)
        const retryAfterMs = waits.length > 0 ? Math.max(...waits) : undefined
        stall = { state: 'stalled', reason: failure.reason, retryAfterMs }
        return
      }
    }
    const sendLanes = async (): Promise<void> => {
      for (const lane of lanes) {
        await sendLane(lane)
        // It is the sink that is in trouble, not this event or that.
        if (failuresInARow >= this.#settings.concurrency) return
      }
    }
    await Promise.all(Array.from({ length: this.#settings.concurrency }, sendLanes))
    return stall
  }

  /** @returns what went wrong, where it is to be sent again */
  async #tryToDeliver(change: Change, stop: AbortSignal): Promise<Failure | undefined> {
    try {
      return stop.aborted ? stopped : await this.#deliver(change, stop)
    } catch (error) {
      // Those that are being sent beside it are waited for: the next pass must not send them again at the same time.
      this.#log.warn({ err: error }, 'an event could not be read')
      return { outcome: 'failed', reason: 'the database does not answer' }
    }
  }

  async #deliver(change: Change, stop: AbortSignal): Promise<Failure | undefined> {
    const config = change.kind === 'removed' ? undefined : await this.#history.find(change.name, change.version)
    if (!config && change.kind !== 'removed') {
      this.#putAside(change, 'its document is no longer kept (retentionDays)')
      return undefined
    }
    const span = this.#tracer && sendingSpan(this.#tracer, change)
    const event = eventOf(change, config, this.#settings, span)
    const delivery = await this.#destination.send(event, stop)
    if (span) endSending(span, event, delivery)
    if (delivery.outcome === 'taken') {
      this.#settled.set(change.version, 'taken')
      this.#metrics.taken((Date.now() - change.changedAt.getTime()) / 1000)
      return undefined
    }
    if (stop.aborted) return stopped
    const tries = this.#noteTry(change)
    if (delivery.outcome === 'refused' || this.#isToBlame(tries)) {
      this.#putAside(change, delivery.reason)
      return undefined
    }
    this.#metrics.failed()
    return delivery
  }

  #noteTry({ version }: Change): Tries {
    const taken = this.#metrics.count('taken')
    const tries = this.#tries.get(version) ?? { count: 0, besideOthers: undefined, taken }
    tries.count += 1
    if (tries.besideOthers !== undefined || taken > tries.taken) tries.besideOthers = (tries.besideOthers ?? 0) + 1
    tries.taken = taken
    this.#tries.set(version, tries)
    return tries
  }

  /** Whether it is the event that is wrong, and not the sink, which takes others. */
  #isToBlame({ besideOthers = 0 }: Tries): boolean {
    return besideOthers >= this.#settings.attempts
  }

  #putAside(change: Change, reason: string): void {
    const tries = this.#tries.get(change.version)?.count ?? 0
    this.#settled.set(change.version, { change, reason, tries })
    this.#metrics.refused()
    const { name, version } = change
    this.#log.warn({ name, version, reason, tries }, 'an event was put aside')
  }

  /** @returns false when another process has moved on meanwhile */
  async #moveOn(place: Place, { changes, position }: Batch): Promise<boolean> {
    const firstLeft = changes.findIndex(({ version }) => !this.#settled.has(version))
    const passed = firstLeft === -1 ? changes : changes.slice(0, firstLeft)
    const to = firstLeft === -1 ? position : passed.at(-1)?.position
    if (!to) return true
    const versions = passed.map(({ version }) => version)
    const hasMoved = await this.#place.move(place, to, this.#refusalsOf(versions))
    if (hasMoved) this.#forget(versions)
    return hasMoved
  }

  #refusalsOf(versions: readonly string[]): Refusal[] {
    return versions.flatMap((version) => {
      const settled = this.#settled.get(version)
      return settled === undefined || settled === 'taken' ? [] : [settled]
    })
  }

  #forget(versions: readonly string[]): void {
    for (const version of versions) {
      this.#settled.delete(version)
      this.#tries.delete(version)
    }
  }
}
