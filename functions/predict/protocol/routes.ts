import * as z from 'zod/mini'

import { rawBody, type RawBody } from '../../_runtime/request/body.ts'
import { notFound } from '../../_runtime/reply/problem.ts'
import { ok, type Reply } from '../../_runtime/reply/reply.ts'
import type { Request } from '../../_runtime/request/request.ts'
import { route, type ReplyShape, type Route } from '../../_runtime/function/route.ts'
import type { RouteKey } from '../../_runtime/function/router.ts'
import { deadlineOf } from '../deadline.ts'
import type { Models } from '../models.ts'
import type { Held } from '../routes.ts'
import { insteadOf } from './dialect.ts'
import { readBody } from './inference-body.ts'
import { inferenceReply } from './inference-reply.ts'
import { imagesOf } from './input-tensor.ts'
import { modelConfig, modelMetadata, repositoryIndex, serverMetadata } from './metadata.ts'
import { quoted } from './misfit.ts'
import { wantedOf } from './requested-output.ts'
import * as schema from './schema.ts'
import { modelName } from './signature.ts'

/** Which model a path names, and which version of it, if any. */
interface Named {
  readonly model: string
  readonly version?: string
}

/** 32 images of 784 numbers of up to 20 characters, with room to indent them. */
const limitBytes = 2_097_152

/** The Open Inference Protocol, version 2: https://github.com/kserve/open-inference-protocol */
export const protocolRoutes: Readonly<Record<RouteKey, Route<Held>>> = {
  'GET /v2': route({ summary: 'Says what this server is.', replies: json('The server', schema.ServerMetadata) }, () =>
    ok(serverMetadata),
  ),
  'GET /v2/health/live': route(
    { summary: 'Says that the server lives.', probe: 'liveness', replies: json('It does', schema.ServerLive) },
    () => ok({ live: true }),
  ),
  // Answered when the model is open, as all that is the function's own.
  'GET /v2/health/ready': route(
    { summary: 'Says that the model can be asked.', probe: 'readiness', replies: json('It can', schema.ServerReady) },
    () => ok({ ready: true }),
  ),
  'POST /v2/repository/index': route(
    { summary: 'Lists the models and their versions.', replies: json('All of them', schema.RepositoryIndex) },
    (_request, { models }: Held) => ok(repositoryIndex(models)),
  ),
  ...ofModel('/v2/models/:model', schema.ModelParams, ''),
  ...ofModel('/v2/models/:model/versions/:version', schema.VersionParams, ' version'),
}

/** What is asked of a model is asked of a version of it, too. */
function ofModel(
  path: `/${string}`,
  params: z.core.$ZodType<Named>,
  kind: string,
): Readonly<Record<RouteKey, Route<Held>>> {
  return {
    [`GET ${path}`]: route(
      { summary: `Describes a model${kind}.`, params, replies: json('Its tensors', schema.ModelMetadata) },
      ({ params: named }, { models }: Held) => {
        requireModel(named, models)
        return ok(modelMetadata(models))
      },
    ),
    [`GET ${path}/config`]: route(
      { summary: `Tells the settings of a model${kind}.`, params, replies: json('Settings', schema.ModelConfig) },
      ({ params: named }, { models }: Held) => {
        requireModel(named, models)
        return ok(modelConfig(models))
      },
    ),
    [`GET ${path}/ready`]: route(
      {
        summary: `Says whether a model${kind} can be asked.`,
        probe: 'readiness',
        params,
        replies: json('It can', schema.ModelReady),
      },
      async ({ params: named }, { models }: Held) => {
        requireModel(named, models)
        // A version that does not open is not ready, and one that does is, from then on, without delay.
        await models.get(named.version)
        return ok({ name: named.model, ready: true })
      },
    ),
    [`POST ${path}/infer`]: route(
      {
        summary: `Asks a model${kind}.`,
        params,
        body: {
          'application/json': rawBody('json', { schema: schema.DocumentedRequest }),
          'application/octet-stream': rawBody('octets'),
        },
        // Triton's client names none.
        mediaTypeOtherwise: 'application/octet-stream',
        limitBytes,
        replies: {
          200: {
            description: 'The outputs; where some are binary, they stand behind the JSON',
            content: {
              'application/json': schema.InferenceResponse,
              'application/octet-stream': z.string().register(z.globalRegistry, { format: 'binary' }),
            },
          },
        },
      },
      infer,
    ),
  }
}

async function infer(
  request: Request<Named, unknown, RawBody<string>>,
  { models, metrics, deadlineMs }: Held,
): Promise<Reply> {
  const { body, wanted, images } = await metrics.valid(() => {
    const read = readBody(request.body.bytes, request.headers)
    return { body: read.request, wanted: wantedOf(read.request), images: imagesOf(read) }
  })
  requireModel(request.params, models)
  const batcher = await models.get(request.params.version)
  const deadlineAt = deadlineOf(request, deadlineMs, timeoutMsOf(body))
  const { probabilities, queueMs, inferenceMs } = await batcher.classify(images, request, deadlineAt)
  const reply = inferenceReply({ id: body.id, modelVersion: batcher.version, probabilities }, wanted)
  return { ...reply, timing: { queue: queueMs, inference: inferenceMs } }
}

function timeoutMsOf({ parameters }: schema.InferenceRequest): number | undefined {
  const microseconds = parameters?.timeout ?? 0
  return microseconds === 0 ? undefined : microseconds / 1000
}

/** @throws Problem 404 when there is no such model, or no such version of it */
function requireModel({ model, version }: Named, models: Models): void {
  if (model === modelName) models.require(version)
  else throw notFound([`There is no model ${quoted(model)}, only "${modelName}".`, insteadOf([model])].join(' ').trim())
}

function json(description: string, body: z.core.$ZodType): Readonly<Record<number, ReplyShape>> {
  return { 200: { description, content: { 'application/json': body } } }
}
