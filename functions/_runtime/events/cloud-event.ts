/** A CloudEvent 1.0 with JSON: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md */
export interface CloudEvent {
  /** Those that it must have and those that it may, by their names. */
  readonly attributes: Readonly<Record<string, string>>
  /** JSON text; undefined where there is nothing to tell, as when something was removed. */
  readonly data: string | undefined
}
