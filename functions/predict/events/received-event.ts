import * as z from 'zod/mini'

const Text = z.string().check(z.minLength(1))
/** JSON writes an attribute that is not there as null, too. */
const OptionalText = z.nullish(Text)

/** What is read of an event's attributes: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md */
export const Attributes = z.looseObject({
  specversion: z.literal('1.0'),
  id: Text,
  source: Text,
  type: Text,
  subject: OptionalText,
  datacontenttype: OptionalText,
  traceparent: OptionalText,
  tracestate: OptionalText,
})
export type Attributes = z.output<typeof Attributes>

/** The most events of a batch: each may have as many images as a request. */
const mostEvents = 100

/** An event as one JSON document: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
export const EventDocument = z
  .extend(Attributes, {
    data: z.optional(z.unknown()),
    data_base64: z.nullish(z.base64()),
  })
  .check(
    z.refine(({ data, data_base64: base64 }) => data === undefined || typeof base64 !== 'string', {
      path: ['data_base64'],
      message: 'Expected data or data_base64, not both',
    }),
  )
export type EventDocument = z.output<typeof EventDocument>

export const EventDocuments = z.array(EventDocument).check(z.maxLength(mostEvents))

/** An event as it came. */
export interface ReceivedEvent {
  readonly attributes: Attributes
  /** As its media type has it; undefined where the event has none. */
  readonly data: Buffer | undefined
  /** The data's place in the body: a JSON pointer. */
  readonly at: string
}
