import { newSpanId } from './ids.ts'
import { sampledFlag, traceparentOf, type TraceContext } from './trace-context.ts'

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer'
export type Attributes = Record<string, string | number | boolean>

export interface SpanOptions {
  readonly kind?: SpanKind
  /** In milliseconds of performance.now(), as all times here. */
  readonly startedAt?: number
  readonly attributes?: Attributes
}

/** Is given what has ended. */
export interface SpanSink {
  add(span: Span): void
}

/**
 * Something that was done in a trace, and when. A plain record: what becomes of it is up to its sink, which may not have
 * loaded yet what it needs.
 */
export class Span {
  readonly context: TraceContext
  readonly kind: SpanKind
  readonly startedAt: number
  readonly attributes: Attributes
  parent: TraceContext | undefined
  name: string
  /** What went wrong, where it did. */
  error: string | undefined
  endedAt: number | undefined
  readonly #sink: SpanSink

  constructor(
    sink: SpanSink,
    context: TraceContext,
    parent: TraceContext | undefined,
    name: string,
    { kind = 'internal', startedAt = performance.now(), attributes = {} }: SpanOptions,
  ) {
    this.#sink = sink
    this.context = context
    this.parent = parent
    this.name = name
    this.kind = kind
    this.startedAt = startedAt
    this.attributes = attributes
  }

  /** Whether anybody will see it. Where nobody does, it only tells those who are asked next that nobody does. */
  get isSampled(): boolean {
    return (this.context.flags & sampledFlag) !== 0
  }

  /** What those who are asked for this are told, by the names of headers, which are those of an event's attributes. */
  get carried(): { readonly traceparent: string; readonly tracestate?: string } {
    const traceparent = traceparentOf(this.context)
    const { state } = this.context
    return state === undefined ? { traceparent } : { traceparent, tracestate: state }
  }

  /** Something that is done for this. */
  child(name: string, options: SpanOptions = {}): Span {
    // What is not recorded need not be told apart.
    if (!this.isSampled) return this
    return new Span(this.#sink, { ...this.context, spanId: newSpanId() }, this.context, name, options)
  }

  end(endedAt = performance.now()): void {
    if (this.endedAt !== undefined || !this.isSampled) return
    this.endedAt = endedAt
    this.#sink.add(this)
  }
}
