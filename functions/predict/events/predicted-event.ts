import type { CloudEvent } from '../../_runtime/events/cloud-event.ts'
import type { Span } from '../../_runtime/tracing/span.ts'
import type { Attributes } from './received-event.ts'

const predictedType = 'dev.quartet.predict.digit.predicted'
/** What of an event is so of its answer, too: what it is about, and the trace that it is a part of. */
const inherited = ['subject', 'traceparent', 'tracestate'] as const

/**
 * Answers an event. The answer to one that comes again has the same id: with it a receiver knows that it has it already.
 * @param source the URI reference of who answers
 * @param data JSON text of what the model sees
 * @param span of the request, where that is traced: the answer goes on from there
 */
export function predictedEvent(submitted: Attributes, source: string, data: string, span?: Span): CloudEvent {
  const kept = inherited.map((name) => [name, submitted[name]] as const)
  return {
    attributes: {
      specversion: '1.0',
      id: idOfAnswer(submitted),
      source,
      type: predictedType,
      ...Object.fromEntries(
        kept.filter((pair): pair is [(typeof inherited)[number], string] => typeof pair[1] === 'string'),
      ),
      ...span?.carried,
    },
    data,
  }
}

/** An event is known by its source and id together. */
function idOfAnswer({ source, id }: Attributes): string {
  return process.getBuiltinModule('node:crypto').hash('sha256', JSON.stringify([source, id]), 'base64url')
}
