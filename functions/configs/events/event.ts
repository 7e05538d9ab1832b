import { documentText } from '../documents/document.ts'
import type { Config } from '../store/store.ts'
import type { EventsSettings } from './settings.ts'

/** A change, as far as an event tells of it. */
export interface Change {
  readonly name: string
  readonly version: string
  readonly kind: 'created' | 'replaced' | 'removed'
  readonly changedAt: Date
}

/** A CloudEvent 1.0: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md */
export interface CloudEvent {
  /** Those that it must have and those that it may, by their names. */
  readonly attributes: Readonly<Record<string, string>>
  /** JSON text; undefined where there is nothing to tell: something was removed. */
  readonly data: string | undefined
}

/**
 * Makes the event of a change, the same whenever it is made: with its id a receiver knows that it has it already.
 * @param config what was stored; undefined where it was removed
 */
export function eventOf(
  { name, version, kind, changedAt }: Change,
  config: Config | undefined,
  { source, overrides }: Pick<EventsSettings, 'source' | 'overrides'>,
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
    },
    data: config && documentText(config),
  }
}
