import type { CloudEvent } from './event.ts'
import type { EventsSettings } from './settings.ts'

/** What is sent over HTTP. */
export interface Message {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const documentType = 'application/json'

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md */
export function messageOf(event: CloudEvent, mode: EventsSettings['mode']): Message {
  return mode === 'binary' ? binary(event) : structured(event)
}

function binary({ attributes, data }: CloudEvent): Message {
  const headers = Object.entries(attributes).map(([name, value]) => [`ce-${name}`, headerValue(value)])
  if (data !== undefined) headers.push(['content-type', documentType])
  return { headers: Object.fromEntries(headers), body: data ?? '' }
}

/** The document stands in it to the letter: parsed and written again, its numbers would lose digits. */
function structured({ attributes, data }: CloudEvent): Message {
  const context = JSON.stringify(data === undefined ? attributes : { ...attributes, datacontenttype: documentType })
  return {
    headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
    body: data === undefined ? context : `${context.slice(0, -1)},"data":${data}}`,
  }
}

/** Encodes what a header's value cannot have, or what would be taken for an encoding: section 3.1.3.2. */
function headerValue(value: string): string {
  return value.replaceAll(/[^\u0021\u0023\u0024\u0026-\u007E]+/gu, encodeURIComponent)
}
