import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { Problem } from '../../_runtime/reply/problem.ts'
import { edited, nearlyJson } from '../../_runtime/testing/json-texts.ts'
import { pixels } from '../model.ts'
import { readBody } from './inference-body.ts'
import { imagesOf } from './input-tensor.ts'
import { wantedOf } from './requested-output.ts'
import { inputOf, octetsOf } from './testing/inference.ts'

const numRuns = 3000
const lengthHeader = 'inference-header-content-length'

interface Body {
  readonly bytes: Buffer
  /** What the header says. */
  readonly length: string | undefined
}

/** A request that is right, in JSON and behind it. */
const right: fc.Arbitrary<Body & { readonly values: Float32Array }> = fc
  .record({
    values: fc.integer({ min: 1, max: 4 }).chain((count) => {
      const grey = fc.float({ min: 0, max: 1, noNaN: true })
      return fc.float32Array({ noNaN: true, min: 0, max: 1, minLength: 8, maxLength: 8 }).chain((some) => {
        return grey.map((rest) => Float32Array.from({ length: count * pixels }, (_, at) => some[at] ?? rest))
      })
    }),
    id: fc.option(fc.string({ unit: 'binary' })),
    isBinary: fc.boolean(),
  })
  .map(({ values, id, isBinary }) => {
    const octets = octetsOf(values)
    const input = isBinary ? { parameters: { binary_data_size: octets.length } } : { data: [...values] }
    const json = Buffer.from(JSON.stringify({ id, ...inputOf(values.length / pixels, input) }))
    if (!isBinary) return { values, bytes: json, length: undefined }
    return { values, bytes: Buffer.concat([json, octets]), length: String(json.length) }
  })

/** A request of which a part is another than it should be. */
const nearly: fc.Arbitrary<Body> = fc.oneof(
  fc
    .tuple(right, fc.nat(), fc.uint8Array({ maxLength: 4 }), fc.nat({ max: 4 }))
    .map(([body, at, inserted, removed]) => {
      const begin = at % (body.bytes.length + 1)
      const bytes = Buffer.concat([body.bytes.subarray(0, begin), inserted, body.bytes.subarray(begin + removed)])
      return { bytes, length: body.length }
    }),
  fc.tuple(right, fc.integer({ min: -5, max: 5 })).map(([{ bytes, length }, by]) => {
    return { bytes, length: String(Number(length ?? bytes.length) + by) }
  }),
  fc.tuple(right, fc.string({ maxLength: 12 })).map(([{ bytes }, length]) => ({ bytes, length })),
)

/** What is no request, or one by chance. */
const anything: fc.Arbitrary<Body> = fc.record({
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    nearlyJson.map((text) => Buffer.from(text)),
    edited(inputTexts()).map((text) => Buffer.from(text)),
  ),
  length: fc.option(
    fc.oneof(
      fc.nat({ max: 300 }).map(String),
      fc.constantFrom('', '0', '-0', '+1', '1e3', '0x0', ' 1', 'NaN', '9'.repeat(30)),
    ),
    { nil: undefined },
  ),
})

/** Requests whose members have unlikely values. */
function inputTexts(): fc.Arbitrary<string> {
  const odd = fc.constantFrom(null, 0, -1, 0.5, 1e308, 28, 784, 33, 2 ** 53, '', 'images', [], {}, [28], [[[]]], true)
  const shape = fc.oneof(odd, fc.array(odd, { maxLength: 5 }))
  const input = fc.record({
    name: fc.oneof(fc.constant('images'), odd),
    datatype: fc.oneof(fc.constantFrom('FP32', 'UINT8', '__proto__', 'toString'), odd),
    shape: fc.oneof(fc.constant([1, 28, 28]), shape),
    parameters: fc.oneof(odd, fc.record({ binary_data_size: odd })),
    data: fc.oneof(odd, fc.array(odd, { maxLength: 8 })),
  })
  const output = fc.record({
    name: fc.oneof(fc.constantFrom('probabilities', 'digit'), odd),
    parameters: fc.oneof(odd, fc.record({ binary_data: odd, classification: odd })),
  })
  const request = fc.record({
    id: odd,
    parameters: fc.oneof(odd, fc.record({ binary_data_output: odd, timeout: odd })),
    inputs: fc.oneof(odd, fc.array(input, { maxLength: 2 })),
    outputs: fc.oneof(odd, fc.array(output, { maxLength: 3 })),
  })
  return request.map((value) => JSON.stringify(value))
}

/** Reads all that a request says. */
function read({ bytes, length }: Body): Float32Array {
  const body = readBody(bytes, { [lengthHeader]: length })
  wantedOf(body.request)
  return imagesOf(body)
}

/** @returns the images, or undefined where they were refused as they should be */
function readOrRefused(body: Body): Float32Array | undefined {
  try {
    return read(body)
  } catch (error) {
    if (error instanceof Problem && error.status === 400) return undefined
    throw error
  }
}

test('what is right is read as it was written', () => {
  fc.assert(
    fc.property(right, ({ values, ...body }) => {
      // Bits: a float that was written as JSON comes back as the same.
      expect(Buffer.from(octetsOf(read(body))).equals(octetsOf(values.map((value) => value + 0)))).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('what is nearly right is read as some images, or refused', () => {
  fc.assert(
    fc.property(nearly, (body) => {
      const values = readOrRefused(body)
      if (!values) return
      expect(values.length % pixels).toBe(0)
      expect(values.every((value) => value >= 0 && value <= 1)).toBe(true)
    }),
    { numRuns },
  )
})

test('what is anything is refused', () => {
  fc.assert(
    fc.property(anything, (body) => {
      expect(readOrRefused(body)).toBeUndefined()
    }),
    { numRuns },
  )
})
