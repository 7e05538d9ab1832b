import * as z from 'zod/mini'

import { parseJson } from '../../_runtime/json/json.ts'
import { badRequest, unsupportedMediaType } from '../../_runtime/reply/problem.ts'
import { imagesOf } from '../input/images.ts'
import type { Images } from '../input/json-reader.ts'
import { isJson } from './event-reader.ts'
import { located } from './located.ts'
import type { ReceivedEvent } from './received-event.ts'

/** Its data is what a body of POST /predict is. */
const submittedType = 'dev.quartet.predict.digit.submitted'

/** What configs tells of a config that is new, or another now: its data is the document. */
const configTypes: ReadonlySet<string> = new Set([
  'dev.quartet.configs.config.created',
  'dev.quartet.configs.config.replaced',
])

/** A config that has a digit to recognise, as POST /predict takes it: {"image": [...]}. */
const ConfigWithDigit = z.looseObject({ metadata: z.looseObject({ digit: z.unknown() }) })

const forms: Readonly<Record<string, 'octets' | 'png' | 'jpeg'>> = {
  'application/octet-stream': 'octets',
  'image/png': 'png',
  'image/jpeg': 'jpeg',
}
const accept = ['application/json', ...Object.keys(forms)].join(', ')

/**
 * Reads the images that an event submits.
 * @returns undefined for an event of another type, and a config without a digit
 * @throws Problem 400, 413 or 415 that says what is wrong, and where in the body
 */
export async function submittedImages({ attributes, data, at }: ReceivedEvent): Promise<Images | undefined> {
  const { type, datacontenttype: mediaType } = attributes
  const isOfConfig = configTypes.has(type)
  if (type !== submittedType && !isOfConfig) return undefined
  return located(at, () => {
    if (!data) throw badRequest(`An event of the type ${type} has data, and this one has none.`)
    return isOfConfig ? imagesOfConfig(data) : imagesOfData(data, mediaType)
  })
}

function imagesOfData(bytes: Buffer, mediaType: string | null | undefined): Images | Promise<Images> {
  if (isJson(mediaType)) return imagesOf({ form: 'json', bytes })
  const [name = ''] = (mediaType ?? '').toLowerCase().split(/\s*;/)
  const form = Object.hasOwn(forms, name) ? forms[name] : undefined
  if (form) return imagesOf({ form, bytes })
  throw unsupportedMediaType(`The data of the event is ${mediaType}. Send it as one of ${accept}.`, { accept })
}

async function imagesOfConfig(bytes: Buffer): Promise<Images | undefined> {
  const config = ConfigWithDigit.safeParse(parseJson(bytes))
  if (!config.success || config.data.metadata.digit === undefined) return undefined
  const digit = Buffer.from(JSON.stringify(config.data.metadata.digit))
  return located('/metadata/digit', () => imagesOf({ form: 'json', bytes: digit }))
}
