import * as z from 'zod/mini'

import { rawBody } from '../_runtime/request/body.ts'
import type { Page } from '../_runtime/reply/page.ts'
import { html, jsonText } from '../_runtime/reply/reply.ts'
import { route } from '../_runtime/function/route.ts'
import { deadlineOf } from './deadline.ts'
import type { EventMetrics } from './events/event-metrics.ts'
import type { InferenceMetrics } from './inference-metrics.ts'
import { imagesOf } from './input/images.ts'
import { octetsLimitBytes } from './input/octets.ts'
import type { Models } from './models.ts'
import { predictionsText, predictionText } from './prediction.ts'
import { Prediction, Predictions, PredictQuery, PredictRequest } from './schema.ts'

export interface Held {
  readonly models: Models
  readonly metrics: InferenceMetrics
  readonly events: {
    /** The source that answers to events name. */
    readonly source: string
    readonly metrics: EventMetrics
  }
  /** Time from a request's arrival after which no inference is begun for it. */
  readonly deadlineMs: number
  readonly page: Page
}

/** 32 images of 784 numbers of up to 20 characters, with room to indent them. */
const jsonLimitBytes = 2_097_152
/** What a phone's camera makes is half as large. */
const pictureLimitBytes = 8_388_608

export const predict = route(
  {
    summary: 'Recognises handwritten digits.',
    query: PredictQuery,
    body: {
      'application/json': rawBody('json', { schema: PredictRequest, limitBytes: jsonLimitBytes }),
      'application/octet-stream': rawBody('octets', { limitBytes: octetsLimitBytes }),
      'image/png': rawBody('png', { limitBytes: pictureLimitBytes }),
      'image/jpeg': rawBody('jpeg', { limitBytes: pictureLimitBytes }),
    },
    replies: {
      200: {
        description: 'What the model sees; of a list of images and of octets, each in its place',
        content: { 'application/json': z.union([Prediction, Predictions]) },
      },
    },
  },
  async (request, { models, metrics, deadlineMs }: Held) => {
    // Neither is waited for where nothing is to be waited for: each await takes half a microsecond.
    const read = metrics.valid(() => imagesOf(request.body))
    const images = read instanceof Promise ? await read : read
    const opened = models.get()
    const batcher = opened instanceof Promise ? await opened : opened
    const deadlineAt = deadlineOf(request, deadlineMs)
    const { probabilities, queueMs, inferenceMs } = await batcher.classify(images.values, request, deadlineAt)
    const shown = request.query.include === 'image' ? images.values : undefined
    const outcome = { probabilities, modelVersion: batcher.version, shown }
    const text = images.isList ? predictionsText(outcome) : predictionText(outcome)
    return { ...jsonText(200, text), timing: { queue: queueMs, inference: inferenceMs } }
  },
)

export const draw = route(
  {
    summary: 'A page to draw a digit on.',
    replies: { 200: { description: 'HTML', content: { 'text/html': z.string() } } },
  },
  (_request, { page }: Held) => html(200, page.source, page.policy),
)
