import { jsonBody } from '../_runtime/body.ts'
import { html, ok } from '../_runtime/reply.ts'
import { route } from '../_runtime/route.ts'
import type { Page } from '../_runtime/page.ts'
import { classes, modelVersion, type DigitModel } from './model.ts'
import { Prediction, PredictRequest } from './schema.ts'
import * as z from 'zod/mini'

export interface Held {
  readonly model: DigitModel
  readonly page: Page
}

/** 784 numbers of up to 20 characters, with room to indent them. */
const limitBytes = 65_536

export const predict = route(
  {
    summary: 'Recognises a handwritten digit.',
    body: { 'application/json': jsonBody(PredictRequest) },
    limitBytes,
    replies: { 200: { description: 'What the model sees', content: { 'application/json': Prediction } } },
  },
  async ({ body }, { model }: Held) => {
    const probabilities = await model.classify(Float32Array.from(body.image))
    return ok(prediction(probabilities))
  },
)

export const draw = route(
  {
    summary: 'A page to draw a digit on.',
    replies: { 200: { description: 'HTML', content: { 'text/html': z.string() } } },
  },
  (_request, { page }: Held) => html(200, page.source, page.policy),
)

/** @param probabilities of one picture, shape [10] */
function prediction(probabilities: Float32Array): Prediction {
  let digit = 0
  for (let candidate = 1; candidate < classes; candidate += 1) {
    if ((probabilities[candidate] ?? 0) > (probabilities[digit] ?? 0)) digit = candidate
  }
  return { digit, probabilities: [...probabilities], modelVersion }
}
