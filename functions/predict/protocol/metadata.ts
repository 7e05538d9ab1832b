import type * as z from 'zod/mini'

import { version } from '../../_runtime/process/version.ts'
import { mostImages } from '../input/json-reader.ts'
import { classes, side } from '../model.ts'
import type { Models } from '../models.ts'
import type { ModelConfig, ModelMetadata, RepositoryIndex, ServerMetadata } from './schema.ts'
import { digit, images, modelName, outputs, probabilities } from './signature.ts'

const platform = 'onnxruntime_onnx'

export const serverMetadata: z.output<typeof ServerMetadata> = {
  name: 'quartet',
  version,
  extensions: ['binary_tensor_data', 'classification', 'model_configuration', 'model_repository'],
}

export function modelMetadata({ versions }: Models): z.output<typeof ModelMetadata> {
  return { name: modelName, versions: [...versions], platform, inputs: [copyOf(images)], outputs: outputs.map(copyOf) }
}

/** Dimensions are without that of the batch: a digit has none left, which Triton writes as one to be dropped. */
export function modelConfig({ versions }: Models): z.output<typeof ModelConfig> {
  return {
    name: modelName,
    platform,
    backend: 'onnxruntime',
    default_model_filename: 'model.onnx',
    version_policy: { specific: { versions: versions.map(Number) } },
    max_batch_size: mostImages,
    dynamic_batching: {},
    input: [{ name: images.name, data_type: `TYPE_${images.datatype}`, dims: [side, side] }],
    output: [
      { name: probabilities.name, data_type: `TYPE_${probabilities.datatype}`, dims: [classes] },
      { name: digit.name, data_type: `TYPE_${digit.datatype}`, dims: [1], reshape: { shape: [] } },
    ],
  }
}

export function repositoryIndex(models: Models): z.output<typeof RepositoryIndex> {
  return models.versions.map((each) => {
    const isReady = models.isReady(each)
    const reason = isReady ? '' : 'It does not open.'
    return { name: modelName, version: each, state: isReady ? 'READY' : 'UNAVAILABLE', reason }
  })
}

function copyOf({ name, datatype, shape }: (typeof outputs)[number] | typeof images): {
  name: string
  datatype: string
  shape: number[]
} {
  return { name, datatype, shape: [...shape] }
}
