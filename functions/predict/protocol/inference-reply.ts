import { json, type Reply } from '../../_runtime/reply/reply.ts'
import { digitOf } from '../digit.ts'
import { classes } from '../model.ts'
import type { Wanted } from './requested-output.ts'
import { digit, modelName, probabilities as signature } from './signature.ts'

/** What the model made of a request's images. */
export interface Outcome {
  /** The client's name for its request, where it gave one. */
  readonly id: string | null | undefined
  readonly modelVersion: string
  /** Shape [n, 10]. */
  readonly probabilities: Float32Array
}

/** An output, in both of its forms. */
interface Written {
  readonly datatype: string
  readonly shape: readonly number[]
  readonly data: () => readonly (number | string)[]
  readonly octets: () => Uint8Array
}

/** Writes the outputs that are wanted: in the JSON, and behind it in the order in which the JSON names them. */
export function inferenceReply({ id, modelVersion, probabilities }: Outcome, wanted: readonly Wanted[]): Reply {
  const behind: Uint8Array[] = []
  const outputs = wanted.map(({ name, isBinary, classification }) => {
    const { datatype, shape, data, octets } = written(name, classification, probabilities)
    if (!isBinary) return { name, datatype, shape, data: data() }
    const bytes = octets()
    behind.push(bytes)
    return { name, datatype, shape, parameters: { binary_data_size: bytes.byteLength } }
  })
  const named = typeof id === 'string' ? { id } : undefined
  const response = { model_name: modelName, model_version: modelVersion, ...named, outputs }
  return behind.length === 0 ? json(200, response) : octetsReply(Buffer.from(JSON.stringify(response)), behind)
}

function octetsReply(head: Buffer, behind: readonly Uint8Array[]): Reply {
  return {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(head.length),
    },
    body: Buffer.concat([head, ...behind]),
  }
}

function written(name: Wanted['name'], classification: number, probabilities: Float32Array): Written {
  const count = probabilities.length / classes
  if (name === digit.name) return digits(probabilities, count)
  if (classification > 0) return likeliest(probabilities, count, Math.min(classification, classes))
  const { buffer, byteOffset, byteLength } = probabilities
  return {
    datatype: signature.datatype,
    shape: [count, classes],
    data: () => [...probabilities],
    octets: () => new Uint8Array(buffer, byteOffset, byteLength),
  }
}

function digits(probabilities: Float32Array, count: number): Written {
  const all = Array.from({ length: count }, (_, index) => digitOf(probabilities, index * classes))
  return {
    datatype: digit.datatype,
    shape: [count],
    data: () => all,
    octets: () => new Uint8Array(BigInt64Array.from(all, BigInt).buffer),
  }
}

/**
 * The classification extension: of each image the likeliest classes, each as `VALUE:INDEX`.
 * https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_classification.md
 */
function likeliest(probabilities: Float32Array, count: number, most: number): Written {
  const all = Array.from({ length: count }, (_, index) => {
    const row = probabilities.subarray(index * classes, (index + 1) * classes)
    const order = Array.from(row.keys()).toSorted((one, other) => (row[other] ?? 0) - (row[one] ?? 0))
    // Six decimals, as Triton writes them.
    return order.slice(0, most).map((at) => `${(row[at] ?? 0).toFixed(6)}:${at}`)
  }).flat()
  return { datatype: 'BYTES', shape: [count, most], data: () => all, octets: () => Buffer.concat(all.map(bytesOf)) }
}

/** An element of a BYTES tensor: its length in 4 bytes, then itself. */
function bytesOf(text: string): Buffer {
  const bytes = Buffer.alloc(4 + text.length)
  bytes.writeUInt32LE(text.length)
  bytes.write(text, 4, 'latin1')
  return bytes
}
