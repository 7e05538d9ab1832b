import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { FunctionInstance } from '../../_runtime/function/instance.ts'
import { arrivalOf, callerOf, instanceOf, type Call } from '../../_runtime/testing/call.ts'
import { predict } from '../index.ts'
import { pixels, side } from '../model.ts'
import { TestDigits } from '../testing/mnist.ts'
import { answerIn, digitsIn, inputOf, octetsOf, withOctets, type Answer } from './testing/inference.ts'

const path = 'POST /v2/models/digits/infer'
const digits = new TestDigits()
let instance: FunctionInstance
let call: Call

beforeAll(() => {
  instance = instanceOf(predict)
  call = callerOf(instance)
})

afterAll(() => instance.close())

async function ask(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return answerIn(await call(path, { body, headers }))
}

/** Asks with images in binary. */
async function askWithOctets(count: number, rest: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
  const octets = octetsOf(digits.images(0, count))
  const request = { ...inputOf(count, { parameters: { binary_data_size: octets.length } }), ...rest }
  return answerIn(await call(path, withOctets(request, octets)))
}

/** Asks for the likeliest digits of images. */
async function classified(n: number, count: number, isBinary: boolean): Promise<Answer> {
  const parameters = { classification: count, binary_data: isBinary }
  return askWithOctets(n, { outputs: [{ name: 'probabilities', parameters }] })
}

function labels(count: number): number[] {
  return [...digits.labels.subarray(0, count)]
}

test('a digit is recognised from JSON, and all outputs are answered', async () => {
  const { id, modelVersion, outputs } = await ask(inputOf(1, { data: [...digits.images(0, 1)] }))
  expect(id).toBeUndefined()
  expect(modelVersion).toMatch(/^\d+$/)
  expect(Object.keys(outputs)).toEqual(['probabilities', 'digit'])
  expect(outputs['digit']).toEqual({ datatype: 'INT64', shape: [1], values: [7] })
  const { datatype, shape, values } = outputs['probabilities'] ?? {}
  expect([datatype, shape]).toEqual(['FP32', [1, 10]])
  expect((values as number[]).reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5)
})

test('an answer says how long its images waited, and how long the model took', async () => {
  const body = inputOf(1, { data: [...digits.images(0, 1)] })
  const { reply } = await instance.answer(arrivalOf('POST /v2/models/digits/infer', { body }))
  expect(reply.timing).toEqual({ queue: expect.any(Number), inference: expect.any(Number) })
})

test.each([1, 2, 7, 32])(
  '%d images are answered the same from JSON and from binary, in JSON and in binary',
  async (n) => {
    const json = await ask(inputOf(n, { data: [...digits.images(0, n)] }))
    expect(digitsIn(json)).toEqual(json.outputs['digit']?.values)
    const wrong = digitsIn(json).filter((digit, index) => digit !== digits.labels[index])
    expect(wrong.length).toBeLessThanOrEqual(n === 32 ? 1 : 0)
    for (const parameters of [{}, { binary_data_output: false }, { binary_data_output: true }]) {
      expect((await askWithOctets(n, { parameters })).outputs).toEqual(json.outputs)
    }
  },
)

test('an output is binary where that is asked for it, whatever holds for all', async () => {
  const all = { binary_data_output: true }
  const one = [{ name: 'digit', parameters: { binary_data: false } }, { name: 'probabilities' }]
  const { bytes, headers } = await call(path, {
    body: { ...inputOf(1, { data: blank() }), parameters: all, outputs: one },
  })
  const length = Number(headers['inference-header-content-length'])
  expect(JSON.parse(bytes.toString('utf8', 0, length))).toMatchObject({
    outputs: [
      { name: 'digit', data: [expect.any(Number)] },
      { name: 'probabilities', parameters: { binary_data_size: 40 } },
    ],
  })
  expect(bytes.length).toBe(length + 40)
})

test('binary outputs stand behind the JSON in its order', async () => {
  const outputs = ['digit', 'probabilities'].map((name) => ({ name, parameters: { binary_data: true } }))
  const answer = await askWithOctets(3, { outputs })
  expect(Object.keys(answer.outputs)).toEqual(['digit', 'probabilities'])
  expect(answer.outputs['digit']?.values).toEqual(labels(3))
  expect(digitsIn(answer)).toEqual(labels(3))
})

test('only the outputs that are asked for are answered', async () => {
  const { outputs } = await ask({ ...inputOf(1, { data: blank() }), outputs: [{ name: 'digit' }] })
  expect(Object.keys(outputs)).toEqual(['digit'])
})

test.each([
  ['a text', 'of mine', 'of mine'],
  ['an empty text', '', ''],
  ['null', null, undefined],
  ['absent', undefined, undefined],
])('an id that is %s', async (_, id, answered) => {
  const response = await call(path, { body: { id, ...inputOf(1, { data: blank() }) } })
  expect(answerIn(response).id).toBe(answered)
  expect(Object.hasOwn(response.body as object, 'id')).toBe(answered !== undefined)
})

test('null stands for what a client leaves out', async () => {
  const body = { id: null, parameters: null, outputs: null, inputs: [{ ...firstInput(), parameters: null }] }
  expect((await ask(body)).outputs['digit']?.values).toEqual([7])
  const octets = octetsOf(digits.images(0, 1))
  const input = { ...firstInput(), data: null, parameters: { binary_data_size: octets.length } }
  const outputs = [{ name: 'digit', parameters: { binary_data: null, classification: null } }]
  const parameters = { binary_data_output: null, timeout: null }
  const answer = answerIn(await call(path, withOctets({ inputs: [input], outputs, parameters }, octets)))
  expect(answer.outputs).toEqual({ digit: { datatype: 'INT64', shape: [1], values: [7] } })
})

test('what other servers are told is no error', async () => {
  const parameters = { sequence_id: 1, sequence_start: true, priority: 2, mine: { deep: [1] } }
  const body = { model_name: 'digits', model_version: '1', parameters, inputs: [{ ...firstInput(), extra: 1 }] }
  expect((await ask(body)).outputs['digit']?.values).toEqual([7])
})

test.each([
  ['[n, 28, 28]', [2, side, side]],
  ['[n, 784]', [2, pixels]],
  ['[n, 1, 28, 28]', [2, 1, side, side]],
  ['[n, 28, 28, 1]', [2, side, side, 1]],
])('images of shape %s, flat, nested and in binary', async (_, shape) => {
  const values = digits.images(0, 2)
  for (const data of [[...values], nested([...values], shape)]) {
    expect(digitsIn(await ask(inputOf(2, { shape, data })))).toEqual(labels(2))
  }
  expect(
    digitsIn(await askWithOctets(2, inputOf(2, { shape, parameters: { binary_data_size: values.byteLength } }))),
  ).toEqual(labels(2))
})

test('bytes of 0 to 255 are images, too', async () => {
  const values = digits.images(0, 2)
  const bytes = Uint8Array.from(values, (grey) => Math.round(grey * 255))
  const floats = await ask(inputOf(2, { data: [...values] }))
  const fromJson = await ask(inputOf(2, { datatype: 'UINT8', data: [...bytes] }))
  const request = inputOf(2, { datatype: 'UINT8', parameters: { binary_data_size: bytes.length } })
  const fromOctets = answerIn(await call(path, withOctets(request, bytes)))
  expect(fromJson.outputs).toEqual(floats.outputs)
  expect(fromOctets.outputs).toEqual(floats.outputs)
})

test('floats are read wherever the JSON before them ends', async () => {
  const octets = octetsOf(digits.images(0, 1))
  for (const id of ['', '1', '12', '123']) {
    const request = { id, ...inputOf(1, { parameters: { binary_data_size: octets.length } }) }
    expect(digitsIn(answerIn(await call(path, withOctets(request, octets))))).toEqual([7])
  }
})

test('the JSON may be all of the body, whatever its headers say', async () => {
  const body = JSON.stringify(inputOf(1, { data: [...digits.images(0, 1)] }))
  const length = { 'inference-header-content-length': String(body.length) }
  for (const type of ['application/json', 'application/octet-stream']) {
    expect(digitsIn(await ask(body, { 'content-type': type }))).toEqual([7])
    expect(digitsIn(await ask(body, { 'content-type': type, ...length }))).toEqual([7])
  }
})

test('a body may be nothing but the images, and its answer is binary then', async () => {
  const body = octetsOf(digits.images(0, 3))
  const headers = { 'content-type': 'application/octet-stream', 'inference-header-content-length': '0' }
  const answer = await call(path, { body, headers })
  expect(answer.headers['content-type']).toBe('application/octet-stream')
  expect(answerIn(answer).outputs['digit']).toEqual({ datatype: 'INT64', shape: [3], values: labels(3) })
})

describe('classification', () => {
  test.each([false, true])('the likeliest digits are named, binary: %s', async (isBinary) => {
    const { outputs } = await classified(2, 3, isBinary)
    const { datatype, shape, values } = outputs['probabilities'] ?? {}
    expect([datatype, shape]).toEqual(['BYTES', [2, 3]])
    const pairs = (values as string[]).map((text) => text.split(':').map(Number))
    expect(pairs.map(([, index]) => index).filter((_, at) => at % 3 === 0)).toEqual([7, 2])
    for (const text of values as string[]) expect(text).toMatch(/^[01]\.\d{6}:\d$/)
    for (const row of [pairs.slice(0, 3), pairs.slice(3)]) {
      expect(row.map(([value]) => value)).toEqual(row.map(([value]) => value).toSorted((a = 0, b = 0) => b - a))
    }
  })

  test('more than there are is all of them; none is the values', async () => {
    const all = await classified(1, 99, false)
    expect(all.outputs['probabilities']?.shape).toEqual([1, 10])
    const values = (all.outputs['probabilities']?.values ?? []) as string[]
    expect(new Set(values.map((text) => Number(text.split(':')[1])))).toEqual(
      new Set(Array.from({ length: 10 }).keys()),
    )
    expect((await classified(1, 0, false)).outputs['probabilities']?.datatype).toBe('FP32')
  })
})

test('a timeout in microseconds that is long enough changes nothing, and 0 is none', async () => {
  for (const timeout of [0, 60_000_000]) {
    const body = { ...inputOf(1, { data: [...digits.images(0, 1)] }), parameters: { timeout } }
    expect(digitsIn(await ask(body))).toEqual([7])
  }
})

function firstInput(): Record<string, unknown> {
  return inputOf(1, { data: [...digits.images(0, 1)] }).inputs[0] ?? {}
}

function blank(): number[] {
  return Array.from({ length: pixels }, () => 0)
}

/** Values as arrays in arrays, as their shape is. */
function nested(values: readonly number[], [, ...inner]: readonly number[]): unknown[] {
  if (inner.length === 0) return [...values]
  const size = inner.reduce((product, length) => product * length, 1)
  return Array.from({ length: values.length / size }, (_, at) =>
    nested(values.slice(at * size, (at + 1) * size), inner),
  )
}
