import * as z from 'zod/mini'

import { RuntimeSettings } from '../_runtime/settings.ts'
import { classes, pixels } from './model.ts'

export const PredictSettings = RuntimeSettings

/** More than anybody reads, and zod makes an object of each before they are cut. */
const mostFlaws = 100

/** Row-major grey values of a 28 x 28 picture, 0 = background, 1 = ink. */
const Image = z
  .custom<readonly number[]>(Array.isArray, `Expected an array of ${pixels} numbers`)
  .check(({ value, issues }) => {
    for (const { path, message } of imageFlaws(value)) issues.push({ code: 'custom', input: value, path, message })
  })
  .register(z.globalRegistry, {
    type: 'array',
    items: { type: 'number', minimum: 0, maximum: 1 },
    minItems: pixels,
    maxItems: pixels,
  })

export const PredictRequest = z.strictObject({ image: Image })

export const Prediction = z.object({
  digit: z.int().check(z.gte(0), z.lt(classes)),
  /** One for each digit; they sum to 1. */
  probabilities: z.array(z.number()).check(z.length(classes)),
  modelVersion: z.string(),
})
export type Prediction = z.output<typeof Prediction>

/** Of an image of another length nothing but that is said: a body of junk can be tens of thousands of values. */
function imageFlaws(image: readonly unknown[]): { readonly path: number[]; readonly message: string }[] {
  if (image.length !== pixels) return [{ path: [], message: `Expected ${pixels} numbers, received ${image.length}` }]
  const wrong = image.flatMap((value, index) => (isGrey(value) ? [] : [index]))
  return wrong.slice(0, mostFlaws).map((index) => ({ path: [index], message: 'Expected a number from 0 to 1' }))
}

function isGrey(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1
}
