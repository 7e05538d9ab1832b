import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'

import type { FunctionInstance } from '../_runtime/function/instance.ts'
import { arrivalOf, callerOf, instanceOf, type Call } from '../_runtime/testing/call.ts'
import { samplesOf } from '../_runtime/testing/samples.ts'
import { predict } from './index.ts'
import { pixels, side } from './model.ts'
import { Prediction, Predictions, PredictRequest } from './schema.ts'
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

function row(): number[] {
  return Array.from({ length: side }, () => 0)
}

function blank(): number[] {
  return Array.from({ length: pixels }, () => 0)
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
    expect(rest).toEqual({ modelVersion: expect.stringMatching(/^\d+$/) })
    expect(probabilities[digit]).toBe(Math.max(...probabilities))
    expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 4)
  }
})

test('the examples are the first test image, a seven', async () => {
  const example = readFileSync(join(import.meta.dirname, 'examples', 'seven.json'), 'utf8')
  const { image } = z.parse(z.strictObject({ image: z.array(z.number()) }), JSON.parse(example))
  expect(image.length).toBe(pixels)
  // The example has fewer decimals; the greys are the same.
  expect(image.map((grey) => Math.round(grey * 255))).toEqual(imageOf(0).map((grey) => Math.round(grey * 255)))
  const { status, body } = await call('POST /predict', { body: example })
  expect(status).toBe(200)
  expect(body).toMatchObject({ digit: 7 })
  expect([...readFileSync(join(import.meta.dirname, 'examples', 'seven.bin'))]).toEqual(asBytes[0])
})

test('the example of all ten digits has each once, from the test images, and they are recognised', async () => {
  const body = readFileSync(join(import.meta.dirname, 'examples', 'digits.bin'))
  const answer = await call('POST /predict', { body, headers: { 'content-type': 'application/octet-stream' } })
  const { predictions } = z.parse(Predictions, answer.body)
  expect(predictions.map(({ digit }) => digit)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  const greys = Array.from({ length: 10 }, (_, digit) => digits.images(digits.labels.indexOf(digit), 1)).flatMap(
    (image) => Array.from(image, (grey) => Math.round(grey * 255)),
  )
  expect([...body]).toEqual(greys)
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
  ['a row too few', { image: Array.from({ length: 27 }, () => Array.from({ length: 28 }, () => 0)) }, '/image'],
  ['a row too short', { image: [...Array.from({ length: 27 }, () => row()), row().slice(1)] }, '/image/27'],
  ['a row that is none', { image: [...Array.from({ length: 27 }, () => row()), 0] }, '/image/27'],
  [
    'a value in a row',
    { image: [row(), [...row().slice(1), 2], ...Array.from({ length: 26 }, () => row())] },
    '/image/1/27',
  ],
  ['an image and images', { image: [...row()], images: [] }, '/images'],
  ['no images', { images: [] }, '/images'],
  ['too many images', { images: Array.from({ length: 33 }, () => []) }, '/images'],
  ['images that are one', { images: row() }, '/images/0'],
  ['a value in images', { images: [blank(), [...blank().slice(1), -1]] }, '/images/1/783'],
  ['another scale', { image: blank(), scale: 256 }, '/scale'],
  ['a value above the scale', { image: [256, ...blank().slice(1)], scale: 255 }, '/image/0'],
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

/** An image as the document says it, whose values are at most this. */
function numbersTo(maximum: number): object {
  return { type: 'array', items: { type: 'number', minimum: 0, maximum }, minItems: 784, maxItems: 784 }
}

test('the OpenAPI document says what an image is', async () => {
  const { body } = await call('GET /openapi.json')
  const schema = {
    oneOf: [
      { required: ['image'], properties: { image: { oneOf: [numbersTo(1), {}] } } },
      { required: ['images'] },
      { required: ['image', 'scale'], properties: { image: { oneOf: [numbersTo(255), {}] } } },
      { required: ['images', 'scale'] },
    ],
  }
  const binary = { schema: { type: 'string', format: 'binary' } }
  const content = {
    'application/json': { schema },
    'application/octet-stream': binary,
    'image/png': binary,
    'image/jpeg': binary,
  }
  expect(body).toMatchObject({ paths: { '/predict': { post: { requestBody: { content } } } } })
})

test.each([
  ['application/json', 2_097_152],
  ['application/octet-stream', 32 * 784],
  ['image/png', 8_388_608],
  ['image/jpeg', 8_388_608],
])('a body of %s that no images need is refused unread', async (type, limitBytes) => {
  const body = Buffer.alloc(limitBytes + 1, ' ')
  const { status } = await call('POST /predict', { body, headers: { 'content-type': type } })
  expect(status).toBe(413)
})

test('an image with all the digits of a double, indented, is not over the limit', async () => {
  const image = Array.from({ length: pixels }, (_, index) => 1 / (index + 3))
  const { status } = await call('POST /predict', { body: JSON.stringify({ image }, null, 4) })
  expect(status).toBe(200)
})

test('another type is refused', async () => {
  const { status, headers } = await call('POST /predict', { body: 'x', headers: { 'content-type': 'image/gif' } })
  expect(status).toBe(415)
  expect(headers['accept']).toBe('application/json, application/octet-stream, image/png, image/jpeg')
})

/** The first test images, in each form in which a list can be sent. */
const list = Array.from({ length: 32 }, (_, index) => imageOf(index))
const asBytes = list.map((image) => image.map((grey) => Math.round(grey * 255)))
const inRows = (image: readonly number[]): number[][] =>
  Array.from({ length: side }, (_, index) => image.slice(index * side, (index + 1) * side))

test.each([
  ['flat', { images: list }],
  ['in rows', { images: list.map(inRows) }],
  ['as bytes', { images: asBytes, scale: 255 }],
  ['in rows of bytes', { scale: 255, images: asBytes.map(inRows) }],
])('a list of images, %s, is answered in its order', async (_, body) => {
  const answer = await call('POST /predict', { body })
  expect(answer.status).toBe(200)
  const { predictions } = z.parse(Predictions, answer.body)
  expect(predictions.map(({ digit }) => digit)).toEqual([...digits.labels.subarray(0, 32)])
})

test.each([1, 2, 32])('%d images of octets are answered as the same in JSON', async (count) => {
  const octets = {
    body: Uint8Array.from(asBytes.slice(0, count).flat()),
    headers: { 'content-type': 'application/octet-stream' },
  }
  const answer = await call('POST /predict', octets)
  expect(answer.status).toBe(200)
  expect(answer.body).toEqual((await call('POST /predict', { body: { images: list.slice(0, count) } })).body)
})

test.each([0, 1, pixels - 1, pixels + 1])('%d octets are no image', async (length) => {
  const octets = { body: new Uint8Array(length), headers: { 'content-type': 'application/octet-stream' } }
  const { status, body } = await call('POST /predict', octets)
  expect(status).toBe(400)
  expect(body).toMatchObject({ detail: expect.stringContaining(`The body has ${length} bytes.`) })
})

test('what the model saw is answered where it is asked for', async () => {
  const one = z.parse(Prediction, (await call('POST /predict?include=image', { body: { image: imageOf(0) } })).body)
  expect(one.image).toEqual(asBytes[0])
  const several = await call('POST /predict?include=image', { body: { images: list.slice(0, 3) } })
  const { predictions } = z.parse(Predictions, several.body)
  expect(predictions.map(({ image }) => image)).toEqual(asBytes.slice(0, 3))
})

test('to include anything else is refused', async () => {
  expect((await call('POST /predict?include=logits', { body: { image: imageOf(0) } })).status).toBe(400)
})

test('an answer says what its time went to', async () => {
  const arrival = arrivalOf('POST /predict', { body: { image: imageOf(0) } })
  const { reply } = await instance.answer(arrival)
  expect(reply.timing).toEqual({ queue: expect.any(Number), inference: expect.any(Number) })
})

test('a request whose deadline has passed is answered 504, and not inferred', async () => {
  const { status, body } = await call('POST /predict', { body: { image: imageOf(0) }, headers: { prefer: 'wait=0' } })
  expect(status).toBe(504)
  expect(body).toMatchObject({ title: 'Gateway Timeout' })
})

test('what the model did is counted', async () => {
  const before = samplesOf(instance.metrics)
  const answer = await call('POST /predict', { body: { images: list.slice(0, 3) } })
  await call('POST /predict', { body: { image: [] } })
  await call('POST /predict', { body: { image: imageOf(0) }, headers: { prefer: 'wait=0' } })
  const after = samplesOf(instance.metrics)
  const grown = Object.keys(after).filter((name) => after[name] !== before[name])
  const difference = (name: string): number => (after[name] ?? 0) - (before[name] ?? 0)
  const version = `version="${z.parse(Predictions, answer.body).modelVersion}"`
  expect(difference(`predict_inferences_total{${version}}`)).toBe(3)
  expect(difference(`predict_batch_size_count{${version}}`)).toBe(1)
  expect(difference(`predict_batch_size_bucket{${version},le="2"}`)).toBe(0)
  expect(difference(`predict_batch_size_bucket{${version},le="4"}`)).toBe(1)
  expect(difference(`predict_queue_seconds_count{${version}}`)).toBe(1)
  expect(difference(`predict_inference_seconds_count{${version}}`)).toBe(1)
  for (const digit of [7, 2, 1]) expect(difference(`predict_digits_total{${version},digit="${digit}"}`)).toBe(1)
  expect(difference('predict_rejections_total{reason="invalid"}')).toBe(1)
  expect(difference('predict_rejections_total{reason="deadline"}')).toBe(1)
  expect(grown.filter((name) => name.startsWith('predict_rejections_total'))).toHaveLength(2)
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
