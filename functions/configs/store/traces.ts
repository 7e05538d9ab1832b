import { contextOf, traceparentOf, type TraceContext } from '../../_runtime/tracing/trace-context.ts'
import type { Tracer } from '../../_runtime/tracing/tracer.ts'

/** @returns the trace in which somebody asks, as it is stored: a traceparent, and behind a space the tracestate */
export function currentTrace(tracer: Tracer | undefined): string | undefined {
  const [asker, ...others] = tracer?.waiting ?? []
  if (!asker || others.length > 0) return undefined
  const { context } = asker
  return context.state === undefined ? traceparentOf(context) : `${traceparentOf(context)} ${context.state}`
}

export function storedTrace(text: string): TraceContext | undefined {
  const end = text.indexOf(' ')
  return end === -1 ? contextOf(text) : contextOf(text.slice(0, end), text.slice(end + 1))
}

/** @returns JSON of the traces by the names of what is changed in them, for `configs.keep_trace()` */
export function tracesOf(changes: readonly (readonly [name: string, trace: string | undefined])[]): string | undefined {
  const traced = changes.filter(([, trace]) => trace !== undefined)
  return traced.length === 0 ? undefined : JSON.stringify(Object.fromEntries(traced))
}
