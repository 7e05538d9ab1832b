import * as z from 'zod/mini'

import { RuntimeSettings } from '../_runtime/settings/settings.ts'
import { EventsSettings } from './events/settings.ts'
import { classes, pixels, side } from './model.ts'
import { mostImages } from './input/json-reader.ts'

const positive = z.int().check(z.gte(1))

export const PredictSettings = z.extend(RuntimeSettings, {
  model: z.prefault(
    z.strictObject({
      /** A folder of VERSION/model.onnx, instead of the versions that come with the function. */
      folder: z.optional(z.string().check(z.minLength(1))),
      /** The version that answers who asks for none; the newest where it is not said. */
      version: z.optional(z.string().check(z.regex(/^[1-9]\d*$/, 'Expected the whole number of a version'))),
    }),
    {},
  ),
  inference: z.prefault(
    z.strictObject({
      /** Most images in a run of the model; a core gains nothing above 16, and the images of a run are held twice. */
      batchSize: z._default(positive.check(z.lte(256)), 16),
      /** Most images in the queue; more are answered 429. */
      queueSize: z._default(positive, 2048),
      /** Time from a request's arrival after which no inference is begun for it; clients may shorten it. */
      deadlineMs: z._default(positive, 10_000),
    }),
    {},
  ),
  events: z.prefault(EventsSettings, {}),
})
export type PredictSettings = z.output<typeof PredictSettings>

/** More than anybody reads, and zod makes an object of each before they are cut. */
const mostFlaws = 100
/** What may stand for ink. */
const scales: ReadonlySet<unknown> = new Set([1, 255])

interface Document {
  readonly image?: unknown
  readonly images?: unknown
  readonly scale?: unknown
}

interface Flaw {
  readonly path: PropertyKey[]
  readonly message: string
}

/** One image or several, as JSON. The reader of images takes what is usual; this also says what is wrong. */
export const PredictRequest = z
  .strictObject({ image: z.optional(z.unknown()), images: z.optional(z.unknown()), scale: z.optional(z.unknown()) })
  .check(({ value, issues }) => {
    for (const { path, message } of cut(flawsOf(value), mostFlaws)) {
      issues.push({ code: 'custom', input: value, path, message })
    }
  })
  .register(z.globalRegistry, {
    oneOf: [1, 255].flatMap((ink) => [
      requestOf('image', imageOf(ink), ink),
      requestOf('images', { type: 'array', items: imageOf(ink), minItems: 1, maxItems: mostImages }, ink),
    ]),
  })

const Seen = z.object({
  digit: z.int().check(z.gte(0), z.lt(classes)),
  /** One for each digit; they sum to 1. */
  probabilities: z.array(z.number()).check(z.length(classes)),
  /** What the model saw, where it was asked for: row-major grey values, 0 = background, 255 = ink. */
  image: z.optional(z.array(z.int().check(z.gte(0), z.lte(255))).check(z.length(pixels))),
})

/** Of one image. */
export const Prediction = z.extend(Seen, { modelVersion: z.string() })
/** Of a list of images, in their order. */
export const Predictions = z.object({ predictions: z.array(Seen), modelVersion: z.string() })

export const PredictQuery = z.strictObject({
  include: z.optional(
    z.literal('image').register(z.globalRegistry, { description: 'Answer what the model saw, too.' }),
  ),
})

/** The numbers of an image whose request was found to be right. */
export function numbersOf(image: unknown): readonly number[] {
  return (image as readonly (number | readonly number[])[]).flat()
}

/** @param ink the scale: a value of a picture is at most as large */
function requestOf(name: string, form: Record<string, unknown>, ink: number): Record<string, unknown> {
  const scale = {
    description: 'What stands for ink: 1, which it is if nothing is said, or 255 for bytes.',
    enum: [ink],
  }
  return {
    type: 'object',
    properties: { [name]: form, scale },
    required: ink === 1 ? [name] : [name, 'scale'],
    additionalProperties: false,
  }
}

function imageOf(ink: number): Record<string, unknown> {
  const grey = { type: 'number', minimum: 0, maximum: ink }
  const row = { type: 'array', items: grey, minItems: side, maxItems: side }
  return {
    description: `Row-major grey values of a ${side} x ${side} picture, 0 = background, ${ink} = ink.`,
    oneOf: [
      { type: 'array', items: grey, minItems: pixels, maxItems: pixels },
      { type: 'array', items: row, minItems: side, maxItems: side },
    ],
  }
}

function* flawsOf({ image, images, scale: ink = 1 }: Document): Generator<Flaw> {
  if (!scales.has(ink)) yield { path: ['scale'], message: 'Expected 1 or 255' }
  else if (image !== undefined && images !== undefined)
    yield { path: ['images'], message: 'Expected an image or images, not both' }
  else if (images !== undefined) yield* flawsOfList(images, Number(ink))
  else yield* flawsOfImage(image, Number(ink), ['image'])
}

function* flawsOfList(images: unknown, ink: number): Generator<Flaw> {
  if (!Array.isArray(images)) yield { path: ['images'], message: 'Expected an array of images' }
  else if (images.length < 1 || images.length > mostImages)
    yield { path: ['images'], message: `Expected 1 to ${mostImages} images, received ${images.length}` }
  else for (const [index, image] of images.entries()) yield* flawsOfImage(image, ink, ['images', index])
}

/** Of an image of another length nothing but that is said: a body of junk can be tens of thousands of values. */
function* flawsOfImage(image: unknown, ink: number, path: PropertyKey[]): Generator<Flaw> {
  if (!Array.isArray(image)) yield { path, message: `Expected an array of ${pixels} numbers` }
  else if (!Array.isArray(image[0])) yield* flawsOfNumbers(image, pixels, ink, path)
  else if (image.length !== side) yield { path, message: `Expected ${side} rows, received ${image.length}` }
  else {
    for (const [index, row] of image.entries()) {
      if (Array.isArray(row)) yield* flawsOfNumbers(row, side, ink, [...path, index])
      else yield { path: [...path, index], message: `Expected an array of ${side} numbers` }
    }
  }
}

function* flawsOfNumbers(
  values: readonly unknown[],
  length: number,
  ink: number,
  path: PropertyKey[],
): Generator<Flaw> {
  if (values.length !== length) {
    yield { path, message: `Expected ${length} numbers, received ${values.length}` }
    return
  }
  for (const [index, value] of values.entries()) {
    // In the words of the division that is made with it: a hair above 255 is still 1.
    if (typeof value === 'number' && value >= 0 && value / ink <= 1) continue
    yield { path: [...path, index], message: `Expected a number from 0 to ${ink}` }
  }
}

function* cut<T>(values: Iterable<T>, most: number): Generator<T> {
  let count = 0
  for (const value of values) {
    if (count === most) return
    count += 1
    yield value
  }
}
