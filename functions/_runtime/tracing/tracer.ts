import type { AsyncLocalStorage } from 'node:async_hooks'

import { newSpanId, newTraceId } from './ids.ts'
import type { Sampler } from './sampler.ts'
import { Span, type SpanOptions, type SpanSink } from './span.ts'
import { sampledFlag, type TraceContext } from './trace-context.ts'

/** Spans for which something is done together. */
export type Waiting = readonly Span[]

const nobody: Waiting = []

/**
 * Begins spans, and knows for which of them something is being done. There is none where nothing is traced: whoever is
 * given `undefined` does what it would do without, at no cost.
 */
export class Tracer {
  /** When the process began to listen, in milliseconds of performance.now(). */
  listeningAt: number | undefined
  readonly #sampler: Sampler
  readonly #sink: SpanSink
  // Loaded here: a process that traces nothing need not load it.
  readonly #waiting: AsyncLocalStorage<Waiting> = new (process.getBuiltinModule('node:async_hooks').AsyncLocalStorage)()

  constructor(sampler: Sampler, sink: SpanSink) {
    this.#sampler = sampler
    this.#sink = sink
  }

  /** Begins a span that goes on with what another process began, or a trace of its own. */
  start(name: string, parent: TraceContext | undefined, options: SpanOptions = {}): Span {
    const traceId = parent?.traceId ?? newTraceId()
    const flags = this.#sampler(traceId, parent) ? sampledFlag : 0
    // All but the lowest bit says how the trace id was made, which is for whoever made it to say.
    const others = (parent?.flags ?? 0) & ~sampledFlag
    const context = { traceId, spanId: newSpanId(), flags: others | flags, state: parent?.state, isRemote: false }
    return new Span(this.#sink, context, parent, name, options)
  }

  /** Those that wait for what is being done now. Who has been answered waits for nothing. */
  get waiting(): Waiting {
    const waiting = this.#waiting.getStore() ?? nobody
    return waiting.some(hasEnded) ? waiting.filter((span) => !hasEnded(span)) : waiting
  }

  /** Does work for somebody; what it begins later is for them too. */
  within<T>(waiting: Waiting, work: () => T): T {
    return this.#waiting.run(waiting, work)
  }

  /** A function that works for those who wait now, whoever calls it. */
  bound<Parameters extends unknown[], Result>(
    work: (...parameters: Parameters) => Result,
  ): (...parameters: Parameters) => Result {
    const { waiting } = this
    return (...parameters) => this.within(waiting, () => work(...parameters))
  }

  /** What log lines have of the trace in which they are written. */
  logFields(): { readonly trace_id?: string; readonly span_id?: string } {
    const [first, ...others] = this.waiting
    return first && others.length === 0 ? { trace_id: first.context.traceId, span_id: first.context.spanId } : {}
  }
}

function hasEnded({ endedAt }: Span): boolean {
  return endedAt !== undefined
}
