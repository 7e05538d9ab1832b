import * as z from 'zod/mini'

import { RuntimeSettings } from '../_runtime/settings.ts'
import { classes, pixels } from './model.ts'

export const PredictSettings = RuntimeSettings

/** Row-major grey values of a 28 x 28 picture, 0 = background, 1 = ink. */
const Image = z.array(z.number().check(z.gte(0), z.lte(1))).check(z.length(pixels))

export const PredictRequest = z.strictObject({ image: Image })

export const Prediction = z.object({
  digit: z.int().check(z.gte(0), z.lt(classes)),
  /** One for each digit; they sum to 1. */
  probabilities: z.array(z.number()).check(z.length(classes)),
  modelVersion: z.string(),
})
export type Prediction = z.output<typeof Prediction>
