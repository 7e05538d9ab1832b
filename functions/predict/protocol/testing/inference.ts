import { expect } from 'vitest'
import * as z from 'zod/mini'

import type { Received } from '../../../_runtime/testing/call.ts'
import { classes, side } from '../../model.ts'
import { InferenceResponse } from '../schema.ts'

interface Sent {
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
}

interface Output {
  readonly datatype: string
  readonly shape: readonly number[]
  readonly values: readonly unknown[]
}

/** What was answered, whichever way its outputs were sent. */
export interface Answer {
  readonly id?: string | undefined
  readonly modelVersion: string
  readonly outputs: Readonly<Record<string, Output>>
}

/** A body of JSON and what stands behind it. */
export function withOctets(request: unknown, octets: Uint8Array): Sent {
  const json = Buffer.from(JSON.stringify(request))
  return {
    body: Buffer.concat([json, octets]),
    headers: {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(json.length),
    },
  }
}

/** The bytes of floats, as they go over the wire. */
export function octetsOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

/** The input of a request, but for its data. */
export function inputOf(
  count: number,
  rest: Readonly<Record<string, unknown>>,
): { readonly inputs: readonly Record<string, unknown>[] } {
  return { inputs: [{ name: 'images', datatype: 'FP32', shape: [count, side, side], ...rest }] }
}

/** Reads the outputs of an answer out of its JSON and from behind it. */
export function answerIn({ status, headers, bytes }: Received): Answer {
  expect([status, status === 200 ? '' : bytes.toString()]).toEqual([200, ''])
  const length = Number(headers['inference-header-content-length'] ?? bytes.length)
  const response = z.parse(InferenceResponse, JSON.parse(bytes.toString('utf8', 0, length)))
  let end = length
  const outputs = response.outputs.map(({ name, datatype, shape, parameters, data }) => {
    if (data) return [name, { datatype, shape, values: data }] as const
    const start = end
    end += parameters?.binary_data_size ?? Number.NaN
    return [name, { datatype, shape, values: readers[datatype]?.(bytes.subarray(start, end)) ?? [] }] as const
  })
  expect(end).toBe(bytes.length)
  expect(headers['content-type']).toBe(end > length ? 'application/octet-stream' : 'application/json')
  expect(response.model_name).toBe('digits')
  return { id: response.id, modelVersion: response.model_version, outputs: Object.fromEntries(outputs) }
}

/** The likeliest digit of each image. */
export function digitsIn({ outputs }: Answer): number[] {
  const values = (outputs['probabilities']?.values ?? []) as number[]
  return Array.from({ length: values.length / classes }, (_, index) => {
    const row = values.slice(index * classes, (index + 1) * classes)
    return row.indexOf(Math.max(...row))
  })
}

const readers: Readonly<Record<string, (bytes: Buffer) => unknown[]>> = {
  FP32: (bytes) => Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index)),
  INT64: (bytes) => Array.from({ length: bytes.length / 8 }, (_, index) => Number(bytes.readBigInt64LE(8 * index))),
  BYTES(bytes) {
    const texts: string[] = []
    for (let at = 0; at < bytes.length;) {
      const begin = at + 4
      const end = begin + bytes.readUInt32LE(at)
      texts.push(bytes.toString('utf8', begin, end))
      at = end
    }
    return texts
  },
}
