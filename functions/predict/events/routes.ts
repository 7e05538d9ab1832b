import * as z from 'zod/mini'

import type { CloudEvent } from '../../_runtime/events/cloud-event.ts'
import { messageOf, structuredText } from '../../_runtime/events/message.ts'
import { route } from '../../_runtime/function/route.ts'
import { noContent, type Reply } from '../../_runtime/reply/reply.ts'
import { anyType, rawBody } from '../../_runtime/request/body.ts'
import { deadlineOf } from '../deadline.ts'
import type { Images } from '../input/json-reader.ts'
import { predictionsText, predictionText } from '../prediction.ts'
import type { Held } from '../routes.ts'
import { Prediction, Predictions } from '../schema.ts'
import { readEvents, type ContentMode } from './event-reader.ts'
import { predictedEvent } from './predicted-event.ts'
import { EventDocument, EventDocuments, type Attributes, type ReceivedEvent } from './received-event.ts'
import { submittedImages } from './submission.ts'

/** 32 images of 784 numbers of up to 20 characters, with room to indent them. */
const documentLimitBytes = 2_097_152
/** What a phone's camera makes is half as large. */
const dataLimitBytes = 8_388_608

const batchType = 'application/cloudevents-batch+json'

/** An event and the images in it. */
interface Submission {
  readonly attributes: Attributes
  readonly images: Images
}

export const receive = route(
  {
    summary: 'Answers events with what the model sees.',
    headers: {
      'ce-specversion': 'Where attributes are headers and the body is the data: 1.0',
      'ce-id': 'Unlike that of any other event of its source',
      'ce-source': 'Where the event comes from',
      'ce-type': 'What happened; events of other types than those that submit a digit are taken, and not answered',
    },
    body: {
      'application/cloudevents+json': rawBody('structured', { schema: EventDocument, limitBytes: documentLimitBytes }),
      [batchType]: rawBody('batch', { schema: EventDocuments, limitBytes: documentLimitBytes }),
      [anyType]: rawBody('binary', { limitBytes: dataLimitBytes }),
    },
    replies: {
      200: {
        description: 'Events of what the model sees, in the form in which those that it answers came',
        content: {
          'application/json': z.union([Prediction, Predictions]),
          'application/cloudevents+json': EventDocument,
          [batchType]: EventDocuments,
        },
      },
      204: { description: 'There is no digit in what came, and no need to send it again' },
    },
  },
  async (request, { models, metrics, events, deadlineMs }: Held): Promise<Reply> => {
    const submissions = await metrics.valid(async () => {
      const received = readEvents(request.body, request.headers)
      return Promise.all(received.map(submissionOf))
    })
    const deadlineAt = deadlineOf(request, deadlineMs)
    const answerTo = async ({ attributes, images }: Submission): Promise<CloudEvent> => {
      const batcher = await models.get()
      const { probabilities } = await batcher.classify(images.values, request, deadlineAt)
      const outcome = { probabilities, modelVersion: batcher.version }
      const text = images.isList ? predictionsText(outcome) : predictionText(outcome)
      return predictedEvent(attributes, events.source, text, request.span)
    }
    const withImages = submissions.flatMap(({ attributes, images }) => (images ? [{ attributes, images }] : []))
    const answers = await Promise.all(withImages.map(answerTo))
    events.metrics.add('predicted', answers.length)
    events.metrics.add('ignored', submissions.length - answers.length)
    return replyOf(answers, request.body.form)
  },
)

async function submissionOf(event: ReceivedEvent): Promise<{ attributes: Attributes; images: Images | undefined }> {
  return { attributes: event.attributes, images: await submittedImages(event) }
}

function replyOf(answers: readonly CloudEvent[], mode: ContentMode): Reply {
  const [first] = answers
  // A Broker takes an answer with a body that is no event for a failure.
  if (!first) return noContent()
  if (mode !== 'batch') return { status: 200, ...messageOf(first, mode) }
  return { status: 200, headers: { 'content-type': batchType }, body: `[${answers.map(structuredText).join(',')}]` }
}
