import type { CloudEvent } from './cloud-event.ts'

/** What is sent over HTTP. */
export interface Message {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Whether attributes are headers and the data is the body (binary), or all is one JSON document (structured). */
export type EventMode = 'binary' | 'structured'

const documentType = 'application/json'

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md */
export function messageOf(event: CloudEvent, mode: EventMode): Message {
  return mode === 'binary' ? binary(event) : structured(event)
}

/** An event as one JSON document. The data stands in it to the letter: parsed and written again, its numbers would lose digits. */
export function structuredText({ attributes, data }: CloudEvent): string {
  const context = JSON.stringify(data === undefined ? attributes : { ...attributes, datacontenttype: documentType })
  return data === undefined ? context : `${context.slice(0, -1)},"data":${data}}`
}

function binary({ attributes, data }: CloudEvent): Message {
  const headers = Object.entries(attributes).map(([name, value]) => [`ce-${name}`, headerValue(value)])
  if (data !== undefined) headers.push(['content-type', documentType])
  return { headers: Object.fromEntries(headers), body: data ?? '' }
}

function structured(event: CloudEvent): Message {
  return {
    headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
    body: structuredText(event),
  }
}

/** Encodes what a header's value cannot have, or what would be taken for an encoding: section 3.1.3.2. */
function headerValue(value: string): string {
  return value.replaceAll(/[^\u0021\u0023\u0024\u0026-\u007E]+/gu, encodeURIComponent)
}
