import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'

import type { FunctionInstance } from '../_runtime/instance.ts'
import { callerOf, instanceOf, type Call } from '../_runtime/testing/call.ts'
import { predict } from './index.ts'
import { modelVersion, pixels } from './model.ts'
import { Prediction, PredictRequest } from './schema.ts'
import { TestDigits } from './testing/mnist.ts'

let instance: FunctionInstance
let call: Call
const digits = new TestDigits()

beforeAll(() => {
  instance = instanceOf(predict)
  call = callerOf(instance)
})

afterAll(() => instance.close())

function imageOf(index: number): number[] {
  return [...digits.images(index, 1)]
}

/** A text in which one value of an image is another. */
function imageWith(value: string, at = 0): string {
  const values = Array.from({ length: pixels }, () => '0')
  values[at] = value
  return `{"image":[${values.join(',')}]}`
}

test('a digit is recognised, with its probabilities and the version of the model', async () => {
  for (let index = 0; index < 20; index += 1) {
    const { status, body } = await call('POST /predict', { body: { image: imageOf(index) } })
    expect(status).toBe(200)
    const { digit, probabilities, ...rest } = z.parse(Prediction, body)
    expect(digit).toBe(digits.labels[index])
    expect(rest).toEqual({ modelVersion })
    expect(probabilities[digit]).toBe(Math.max(...probabilities))
    expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5)
  }
})

test('the example is the first test image, a seven', async () => {
  const example = readFileSync(join(import.meta.dirname, 'examples', 'seven.json'), 'utf8')
  const { image } = z.parse(z.strictObject({ image: z.array(z.number()) }), JSON.parse(example))
  expect(image.length).toBe(pixels)
  // The example has fewer decimals; the greys are the same.
  expect(image.map((grey) => Math.round(grey * 255))).toEqual(imageOf(0).map((grey) => Math.round(grey * 255)))
  const { status, body } = await call('POST /predict', { body: example })
  expect(status).toBe(200)
  expect(body).toMatchObject({ digit: 7 })
})

test('numbers may be written in any way that JSON has', async () => {
  for (const value of ['1', '0.0', '-0', '1e-400', '1E0', '0.99999999999999999999']) {
    expect([value, (await call('POST /predict', { body: imageWith(value) })).status]).toEqual([value, 200])
  }
})

test.each(['-0.000001', '1.000001', '255', '-1', '1e400', '-1e400', 'null', '"0.5"', '""', 'true', '[0]', '{}'])(
  'a grey value that is %s is refused with its pointer',
  async (value) => {
    const { status, body } = await call('POST /predict', { body: imageWith(value, 783) })
    expect(status).toBe(400)
    expect(body).toMatchObject({ title: 'Bad Request', errors: [{ at: '/image/783' }] })
  },
)

test.each(['NaN', 'Infinity', '.5', '01', '0x1', ''])('a grey value that is %s is no JSON', async (value) => {
  const { status, body } = await call('POST /predict', { body: imageWith(value, 1) })
  expect(status).toBe(400)
  expect(body).toMatchObject({ detail: expect.stringContaining('line 1, column') })
})

test.each([0, 1, pixels - 1, pixels + 1, 28])('an image of %d values is refused', async (length) => {
  const { status, body } = await call('POST /predict', { body: { image: Array.from({ length }, () => 0) } })
  expect(status).toBe(400)
  expect(body).toMatchObject({ errors: [{ at: '/image' }] })
})

test.each([
  ['no image', {}, '/image'],
  ['an image that is null', { image: null }, '/image'],
  ['an image that is text', { image: 'iVBORw0KGgo=' }, '/image'],
  ['rows of an image', { image: Array.from({ length: 28 }, () => Array.from({ length: 28 }, () => 0)) }, '/image'],
  ['something beside the image', { image: Array.from({ length: pixels }, () => 0), model: 2 }, '/model'],
  ['a list', [], ''],
])('%s is refused with its pointer', async (_, body, pointer) => {
  const answer = await call('POST /predict', { body })
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ errors: expect.arrayContaining([expect.objectContaining({ at: pointer })]) })
})

test.each([
  ['a text', 'x'],
  ['a text of as many characters', 'x'.repeat(pixels)],
  ['an object', {}],
  ['a number', 7],
])('an image that is %s has one flaw', async (_, image) => {
  const { status, body } = await call('POST /predict', { body: { image } })
  expect(status).toBe(400)
  expect(body).toMatchObject({ errors: [{ at: '/image', detail: 'Expected an array of 784 numbers' }] })
})

test('an image of another length has one flaw, however many of its values are wrong', async () => {
  const { status, body } = await call('POST /predict', { body: { image: Array.from({ length: 20_000 }, () => -1) } })
  expect(status).toBe(400)
  expect(body).toMatchObject({ errors: [{ at: '/image', detail: 'Expected 784 numbers, received 20000' }] })
})

test('zod is told no more flaws of an image than anybody reads', () => {
  const result = z.safeParse(PredictRequest, { image: Array.from({ length: pixels }, () => null) })
  expect(result.error?.issues).toHaveLength(100)
  expect(result.error?.issues.at(-1)).toMatchObject({ path: ['image', 99], message: 'Expected a number from 0 to 1' })
})

test('the OpenAPI document says what an image is', async () => {
  const { body } = await call('GET /openapi.json')
  const image = { type: 'array', items: { type: 'number', minimum: 0, maximum: 1 }, minItems: 784, maxItems: 784 }
  const schema = { properties: { image }, required: ['image'] }
  const requestBody = { content: { 'application/json': { schema } } }
  expect(body).toMatchObject({ paths: { '/predict': { post: { requestBody } } } })
})

test('a body that no image needs is refused unread', async () => {
  const { status } = await call('POST /predict', { body: imageWith('0'.padEnd(70_000, ' ')) })
  expect(status).toBe(413)
})

test('an image with all the digits of a double, indented, is not over the limit', async () => {
  const image = Array.from({ length: pixels }, (_, index) => 1 / (index + 3))
  const { status } = await call('POST /predict', { body: JSON.stringify({ image }, null, 4) })
  expect(status).toBe(200)
})

test('another type than JSON is refused', async () => {
  const { status, headers } = await call('POST /predict', { body: 'x', headers: { 'content-type': 'image/png' } })
  expect(status).toBe(415)
  expect(headers['accept']).toBe('application/json')
})

test('many at once are each answered with their own digit', async () => {
  const indices = Array.from({ length: 50 }, (_, index) => index)
  const answers = await Promise.all(indices.map((index) => call('POST /predict', { body: { image: imageOf(index) } })))
  const right = answers.filter(({ body }, index) => z.parse(Prediction, body).digit === digits.labels[index])
  expect(right.length).toBeGreaterThanOrEqual(49)
})

test('readiness waits for the model', async () => {
  const { status, body } = await call('GET /readyz')
  expect(status).toBe(200)
  expect(body).toMatchObject({ checks: { open: { status: 'ok' } } })
})
