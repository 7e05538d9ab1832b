import type { IncomingHttpHeaders } from 'node:http'

import { jsonBody, type RawBody } from '../../_runtime/request/body.ts'
import { badRequest, unsupportedMediaType } from '../../_runtime/reply/problem.ts'
import { flawsAtNames, validate } from '../../_runtime/request/validate.ts'
import { Attributes, EventDocument, EventDocuments, type ReceivedEvent } from './received-event.ts'

/** How events come, and go: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md */
export type ContentMode = 'binary' | 'structured' | 'batch'

const document = jsonBody(EventDocument)
const documents = jsonBody(EventDocuments)

/** @throws Problem 400 that says what of it is no event, 415 for a format of events that is not JSON */
export function readEvents({ form, bytes }: RawBody<ContentMode>, headers: IncomingHttpHeaders): ReceivedEvent[] {
  if (form === 'binary') return [binaryEvent(bytes, headers)]
  if (form === 'structured') return [structuredEvent(document.parse(bytes), '')]
  return documents.parse(bytes).map((each, index) => structuredEvent(each, `/${index}`))
}

function binaryEvent(bytes: Buffer, headers: IncomingHttpHeaders): ReceivedEvent {
  const mediaType = headers['content-type']
  if (mediaType !== undefined && /^application\/cloudevents/i.test(mediaType)) {
    const accept = 'application/cloudevents+json, application/cloudevents-batch+json'
    throw unsupportedMediaType(`Events of content-type ${mediaType} are not read here. Send ${accept}.`, { accept })
  }
  const named = Object.entries(headers).filter(([name]) => name.startsWith('ce-'))
  const attributes = Object.fromEntries(
    named.map(([name, value]) => [name.slice('ce-'.length), decoded(String(value))]),
  )
  const result = validate(Attributes, { ...attributes, datacontenttype: mediaType })
  if (!result.success) {
    const flaws = flawsAtNames(result.flaws).map(({ at, detail }) => ({ at: `ce-${at}`, detail }))
    throw badRequest(
      'The request is no CloudEvent: errors says which headers are wrong. Or send it whole, as application/cloudevents+json.',
      flaws,
    )
  }
  return { attributes: result.value, data: bytes.length > 0 ? bytes : undefined, at: '' }
}

function structuredEvent({ data, data_base64: base64, ...attributes }: EventDocument, place: string): ReceivedEvent {
  if (typeof base64 === 'string') return { attributes, data: Buffer.from(base64, 'base64'), at: `${place}/data_base64` }
  if (data === undefined) return { attributes, data: undefined, at: `${place}/data` }
  // Of a media type that is not JSON the data is its text.
  const isText = typeof data === 'string' && !isJson(attributes.datacontenttype)
  return { attributes, data: Buffer.from(isText ? data : JSON.stringify(data)), at: `${place}/data` }
}

/** What says nothing is JSON: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md#31-handling-of-data */
export function isJson(mediaType: string | null | undefined): boolean {
  return mediaType === undefined || mediaType === null || /^[^;]*[/+]json\s*(?:;|$)/i.test(mediaType)
}

/** Decodes what a header cannot have as it is (section 3.1.3.2); what was not encoded so stays. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
