import type { CloudEvent } from '../../_runtime/events/cloud-event.ts'
import { documentText } from '../documents/document.ts'
import type { Span } from '../../_runtime/tracing/span.ts'
import type { Config } from '../store/store.ts'
import type { EventsSettings } from './settings.ts'

/** A change, as far as an event tells of it. */
export interface Change {
  readonly name: string
  readonly version: string
  readonly kind: 'created' | 'replaced' | 'removed'
  readonly changedAt: Date
  /** In which it was made, as `storedTrace` reads it; null where it was made in none. */
  readonly trace?: string | null
}

/**
 * Makes the event of a change, the same whenever it is made: with its id a receiver knows that it has it already.
 * @param config what was stored; undefined where it was removed
 * @param span of the sending, where that is traced
 */
export function eventOf(
  { name, version, kind, changedAt }: Change,
  config: Config | undefined,
  { source, overrides }: Pick<EventsSettings, 'source' | 'overrides'>,
  span?: Span,
): CloudEvent {
  return {
    attributes: {
      specversion: '1.0',
      id: version,
      source,
      type: `dev.quartet.configs.config.${kind}`,
      subject: name,
      time: changedAt.toISOString(),
      ...overrides.extensions,
      // https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/distributed-tracing.md
      ...span?.carried,
    },
    data: config && documentText(config),
  }
}
