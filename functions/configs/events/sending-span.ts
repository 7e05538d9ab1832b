import type { CloudEvent } from '../../_runtime/events/cloud-event.ts'
import type { Span } from '../../_runtime/tracing/span.ts'
import type { Tracer } from '../../_runtime/tracing/tracer.ts'
import { storedTrace } from '../store/traces.ts'
import type { Change } from './event.ts'
import type { Delivery } from './destination.ts'

/** The span of an event that is sent: it goes on with the trace in which the change was made. */
export function sendingSpan(tracer: Tracer, { kind, trace }: Change): Span {
  const parent = typeof trace === 'string' ? storedTrace(trace) : undefined
  return tracer.start(`send config.${kind}`, parent, { kind: 'producer' })
}

/** https://opentelemetry.io/docs/specs/semconv/cloudevents/cloudevents-spans/ */
export function endSending(span: Span, { attributes }: CloudEvent, delivery: Delivery): void {
  for (const name of ['id', 'source', 'type', 'subject']) {
    const value = attributes[name]
    if (value !== undefined) span.attributes[`cloudevents.event_${name}`] = value
  }
  if (delivery.outcome !== 'taken') span.error = delivery.reason
  span.end()
}
