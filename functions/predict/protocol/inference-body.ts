import type { IncomingHttpHeaders } from 'node:http'

import { jsonBody } from '../../_runtime/request/body.ts'
import { badRequest, type Problem } from '../../_runtime/reply/problem.ts'
import { pixels, side } from '../model.ts'
import { InferenceRequest } from './schema.ts'
import { images } from './signature.ts'

/** What was sent to be inferred. */
export interface InferenceBody {
  readonly request: InferenceRequest
  /** The tensors behind the JSON; undefined where all of the body is JSON. */
  readonly octets: Buffer | undefined
}

const json = jsonBody(InferenceRequest)
const lengthHeader = 'inference-header-content-length'
const bytesPerImage = pixels * Float32Array.BYTES_PER_ELEMENT

/**
 * Parts a body into JSON and the binary tensors behind it, whatever media type it has: a client for whom all bytes are
 * octets sends JSON so, too.
 * https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md
 * @throws Problem 400
 */
export function readBody(bytes: Buffer, headers: IncomingHttpHeaders): InferenceBody {
  const header = headers[lengthHeader]
  if (header === undefined) return { request: json.parse(bytes), octets: undefined }
  const length = typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : Number.NaN
  if (length === 0) return { request: rawRequest(bytes.length), octets: bytes }
  if (length <= bytes.length) {
    return { request: json.parse(bytes.subarray(0, length)), octets: bytes.subarray(length) }
  }
  throw wrongLength(
    `Expected the length of the JSON that the ${bytes.length} bytes of the body begin with, received ${String(header)}`,
  )
}

/** Of a body that is nothing but the tensor of the one input; what it is follows from its length. */
function rawRequest(length: number): InferenceRequest {
  const count = length / bytesPerImage
  if (!Number.isInteger(count) || count === 0) {
    throw wrongLength(`Without JSON a body is images of ${bytesPerImage} bytes each; it has ${length} bytes`)
  }
  const shape = [count, side, side]
  return {
    inputs: [{ name: images.name, datatype: images.datatype, shape, parameters: { binary_data_size: length } }],
    parameters: { binary_data_output: true },
  }
}

function wrongLength(detail: string): Problem {
  return badRequest('The body is not what its headers say; errors says where.', [{ at: lengthHeader, detail }])
}
