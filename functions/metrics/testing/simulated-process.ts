import { openLog } from '../../_runtime/process/log.ts'
import { ProcessMetrics } from '../../_runtime/metrics/process-metrics.ts'
import type { Push, Sink } from '../../_runtime/telemetry/push.ts'
import { Pusher } from '../../_runtime/telemetry/pusher.ts'
import { UnreliableSink } from './unreliable-sink.ts'

/** Requests by route, and the microseconds that they took. */
export interface Counted {
  readonly requests: Readonly<Record<string, number>>
  readonly microseconds: number
}

const routes = ['/a', '/b/:id', 'unmatched']

/** A process that counts, as an object: its counts and what pushes them are those of a function. */
export class SimulatedProcess {
  readonly sink: UnreliableSink
  readonly #random: () => number
  readonly #metrics = new ProcessMetrics()
  readonly #pusher: Pusher
  readonly #name: string
  readonly #requests = new Map<string, number>(routes.map((route) => [route, 0]))
  #microseconds = 0

  /** @param name the label by which its counts are told from those of others */
  constructor(name: string, sink: Sink, random: () => number) {
    this.#name = name
    this.#random = random
    this.sink = new UnreliableSink(sink, random)
    this.#metrics.starts.began(name)
    const { logger } = openLog('silent')
    this.#pusher = new Pusher(this.#metrics, this.sink, { intervalMs: 600, timeoutMs: 60_000 }, logger)
    this.#pusher.start()
  }

  get counted(): Counted {
    return { requests: Object.fromEntries(this.#requests), microseconds: this.#microseconds }
  }

  /** What of it has arrived where the totals are, and with what may have. */
  get arrived(): { readonly least: Counted; readonly most: Counted } {
    const { latest, unknown } = this.sink
    const last = unknown.toSorted((one, other) => one.sequence - other.sequence).at(-1)
    const most = last && last.sequence > (latest?.sequence ?? 0) ? last : latest
    return { least: countedIn(latest), most: countedIn(most) }
  }

  answer(): void {
    const route = routes[Math.floor(this.#random() * routes.length)] ?? 'unmatched'
    const microseconds = Math.floor(this.#random() * 100_000)
    const seconds = microseconds / 1_000_000
    this.#metrics.requests.observe({ function: this.#name, route, method: 'GET', code: 200, seconds })
    this.#requests.set(route, (this.#requests.get(route) ?? 0) + 1)
    this.#microseconds += microseconds
  }

  /** Ends as on SIGTERM. */
  end(): Promise<void> {
    return this.#pusher.end()
  }
}

export function countedIn(push: Push | undefined): Counted {
  const readings = push?.readings ?? []
  const seriesOf = (wanted: string) => readings.find(({ name }) => name === wanted)?.series ?? []
  return {
    requests: Object.fromEntries([
      ...routes.map((route) => [route, 0] as const),
      ...seriesOf('http_requests_total').map(({ labels, values }) => [labels['route'] ?? '', values[''] ?? 0] as const),
    ]),
    microseconds: seriesOf('http_request_duration_seconds').reduce((sum, { values }) => sum + (values['sum'] ?? 0), 0),
  }
}

export function sumOf(all: readonly Counted[]): Counted {
  const known = new Set([...routes, ...all.flatMap(({ requests: each }) => Object.keys(each))])
  const requests = Array.from(known, (route) => {
    return [route, all.reduce((sum, each) => sum + (each.requests[route] ?? 0), 0)] as const
  })
  return {
    requests: Object.fromEntries(requests),
    microseconds: all.reduce((sum, { microseconds }) => sum + microseconds, 0),
  }
}
