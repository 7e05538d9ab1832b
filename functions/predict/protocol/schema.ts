import * as z from 'zod/mini'

import { mostImages } from '../input/json-reader.ts'
import { pixels, side } from '../model.ts'
import { modelName } from './signature.ts'

// The members as the protocol has them:
// https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
// Clients send others too (KServe's names the model again), and null for what they leave out.

const size = z.int().check(z.gte(0))

/** A list that is looked at only where it is short: zod remembers each flaw of a list, however many there are. */
function few<Item extends z.core.$ZodType>(
  item: Item,
  most: number,
): z.ZodMiniPipe<z.ZodMiniCustom, z.ZodMiniArray<Item>> {
  const isShort = (list: unknown): boolean => !Array.isArray(list) || list.length <= most
  return z.pipe(z.custom<readonly z.input<Item>[]>(isShort, `Expected ${most} at most`), z.array(item))
}

/** Of dimensions, inputs and outputs; the model has one input, two outputs and three dimensions. */
const mostMembers = 16

const sharedMemory = { shared_memory_region: z.optional(z.unknown()) }

const RequestInput = z.object({
  name: z.string(),
  shape: few(size, mostMembers),
  datatype: z.string(),
  parameters: z.nullish(z.object({ ...sharedMemory, binary_data_size: z.nullish(size) })),
  // Looked at by who knows the shape: zod would look at 25,000 numbers one by one.
  data: z.nullish(
    z
      .custom<readonly unknown[]>(Array.isArray, 'Expected an array of numbers')
      .register(z.globalRegistry, { type: 'array' }),
  ),
})
export type RequestInput = z.output<typeof RequestInput>

const RequestedOutput = z.object({
  name: z.string(),
  parameters: z.nullish(
    z.object({ ...sharedMemory, binary_data: z.nullish(z.boolean()), classification: z.nullish(size) }),
  ),
})
export type RequestedOutput = z.output<typeof RequestedOutput>

/** What is asked of a model; its tensors may stand behind it. */
export const InferenceRequest = z.object({
  id: z.nullish(z.string()),
  parameters: z.nullish(
    z.object({
      binary_data_output: z.nullish(z.boolean()),
      /** In microseconds; 0 is none. */
      timeout: z.nullish(size),
    }),
  ),
  inputs: few(RequestInput, mostMembers),
  outputs: z.nullish(few(RequestedOutput, mostMembers)),
})
export type InferenceRequest = z.output<typeof InferenceRequest>

const OutputTensor = z.object({
  name: z.string(),
  datatype: z.string(),
  shape: z.array(size),
  parameters: z.optional(z.object({ binary_data_size: z.optional(size) })),
  data: z.optional(z.array(z.union([z.number(), z.string()]))),
})

export const InferenceResponse = z.object({
  model_name: z.string(),
  model_version: z.string(),
  /** That of the request. */
  id: z.optional(z.string()),
  outputs: z.array(OutputTensor),
})

export const ServerLive = z.object({ live: z.boolean() })
export const ServerReady = z.object({ ready: z.boolean() })
export const ModelReady = z.object({ name: z.string(), ready: z.boolean() })

export const ServerMetadata = z.object({ name: z.string(), version: z.string(), extensions: z.array(z.string()) })

const Tensor = z.object({ name: z.string(), datatype: z.string(), shape: z.array(z.int()) })

export const ModelMetadata = z.object({
  name: z.string(),
  versions: z.array(z.string()),
  platform: z.string(),
  inputs: z.array(Tensor),
  outputs: z.array(Tensor),
})

/** A part of https://github.com/triton-inference-server/common/blob/main/protobuf/model_config.proto */
export const ModelConfig = z.looseObject({
  name: z.string(),
  platform: z.string(),
  backend: z.string(),
  max_batch_size: z.int(),
  input: z.array(z.looseObject({ name: z.string(), data_type: z.string(), dims: z.array(z.int()) })),
  output: z.array(z.looseObject({ name: z.string(), data_type: z.string(), dims: z.array(z.int()) })),
})

export const RepositoryIndex = z.array(
  z.object({ name: z.string(), version: z.string(), state: z.string(), reason: z.string() }),
)

const ModelName = z.string().register(z.globalRegistry, { enum: [modelName] })

export const ModelParams = z.object({ model: ModelName })
export const VersionParams = z.object({
  model: ModelName,
  version: z.string().register(z.globalRegistry, { examples: ['1'] }),
})

/** An InferenceRequest as it is documented: with the one input that the model has, in its usual form. */
export const DocumentedRequest = z.unknown().register(z.globalRegistry, {
  type: 'object',
  required: ['inputs'],
  properties: {
    id: { type: ['string', 'null'] },
    parameters: { type: ['object', 'null'], description: 'timeout: microseconds until the answer is of no use.' },
    inputs: {
      type: 'array',
      minItems: 1,
      maxItems: 1,
      items: {
        anyOf: Array.from({ length: mostImages }, (_, index) => documentedInput(index + 1)),
      },
    },
    outputs: {
      type: ['array', 'null'],
      maxItems: 1,
      items: { type: 'object', required: ['name'], properties: { name: { enum: ['probabilities', 'digit'] } } },
    },
  },
})

function documentedInput(count: number): Record<string, unknown> {
  const length = count * pixels
  return {
    type: 'object',
    required: ['name', 'shape', 'datatype', 'data'],
    properties: {
      name: { const: 'images' },
      shape: { const: [count, side, side] },
      datatype: { const: 'FP32' },
      data: { type: 'array', items: { type: 'number', minimum: 0, maximum: 1 }, minItems: length, maxItems: length },
    },
  }
}
