import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { FunctionInstance } from '../../_runtime/function/instance.ts'
import { callerOf, instanceOf, type Call, type Received } from '../../_runtime/testing/call.ts'
import { predict } from '../index.ts'
import { pixels, side } from '../model.ts'
import { inputOf, octetsOf, withOctets } from './testing/inference.ts'

const path = 'POST /v2/models/digits/infer'
const image = Array.from({ length: pixels }, () => 0)
const octets = octetsOf(Float32Array.from(image))
const binary = inputOf(1, { parameters: { binary_data_size: octets.length } })

let instance: FunctionInstance
let call: Call

beforeAll(() => {
  instance = instanceOf(predict)
  call = callerOf(instance)
})

afterAll(() => instance.close())

interface Refusal {
  readonly error: string
  readonly errors?: readonly { readonly at: string; readonly detail: string }[]
}

/** What a client is told, of which it looks at the error only. */
function refusalIn({ status, headers, body }: Received): unknown {
  const { error, errors } = body as Refusal
  return { status, type: headers['content-type'], error, first: errors?.[0] }
}

function refused(at: string, detail: string): unknown {
  const told = expect.stringContaining(detail) as string
  const error = expect.stringMatching(new RegExp(`^${RegExp.escape(at)}: .*${RegExp.escape(detail)}`)) as string
  return { status: 400, type: 'application/json', error, first: { at, detail: told } }
}

function imageWith(value: unknown, at: number): unknown[] {
  const values: unknown[] = [...image]
  values[at] = value
  return values
}

describe('a request in JSON is refused where', () => {
  test.each([
    ['it has no inputs', {}, '/inputs', 'expected array'],
    ['its inputs are none', { inputs: [] }, '/inputs', 'Expected the input of the model, images'],
    ['its inputs are no list', { inputs: {} }, '/inputs', 'expected array'],
    ['its id is a number', { id: 7, ...inputOf(1, { data: image }) }, '/id', 'expected string'],
    ['its parameters are a list', { parameters: [], ...inputOf(1, { data: image }) }, '/parameters', 'expected object'],
    [
      'it wants binary outputs in a word',
      { parameters: { binary_data_output: 'yes' }, ...inputOf(1, { data: image }) },
      '/parameters/binary_data_output',
      'expected boolean',
    ],
    [
      'its timeout is negative',
      { parameters: { timeout: -1 }, ...inputOf(1, { data: image }) },
      '/parameters/timeout',
      '>=0',
    ],
    [
      'an input has another name',
      inputOf(1, { name: 'image', data: image }),
      '/inputs/0/name',
      'Expected "images", received "image"',
    ],
    ['an input has no name', inputOf(1, { name: undefined, data: image }), '/inputs/0/name', 'expected string'],
    [
      'an input comes twice',
      { inputs: [...inputOf(1, { data: image }).inputs, ...inputOf(1, { data: image }).inputs] },
      '/inputs/1',
      'Expected one input only, images',
    ],
    [
      'its datatype is FP64',
      inputOf(1, { datatype: 'FP64', data: image }),
      '/inputs/0/datatype',
      'Expected FP32 (a number from 0 to 1) or UINT8 (a whole number from 0 to 255), received "FP64"',
    ],
    [
      'its datatype is one of every object',
      inputOf(1, { datatype: 'constructor', data: image }),
      '/inputs/0/datatype',
      'received "constructor"',
    ],
    [
      'its datatype goes on and on',
      inputOf(1, { datatype: 'x'.repeat(100_000), data: image }),
      '/inputs/0/datatype',
      `received "${'x'.repeat(60)}..."`,
    ],
    [
      'an image has no batch around it',
      inputOf(1, { shape: [side, side], data: image }),
      '/inputs/0/shape',
      'Expected [n, 28, 28] with n images, or [n, 784], [n, 1, 28, 28], [n, 28, 28, 1]; received [28, 28]',
    ],
    ['its shape is empty', inputOf(1, { shape: [], data: image }), '/inputs/0/shape', 'received []'],
    ['its shape has halves', inputOf(1, { shape: [0.5, 28, 28], data: image }), '/inputs/0/shape/0', 'expected int'],
    ['its shape varies', inputOf(1, { shape: [-1, 28, 28], data: image }), '/inputs/0/shape/0', '>=0'],
    ['it has no images', inputOf(0, { data: [] }), '/inputs/0/shape/0', 'Expected 1 to 32 images, received 0'],
    ['it has too many images', inputOf(33, { data: [] }), '/inputs/0/shape/0', 'Expected 1 to 32 images, received 33'],
    ['it has no data', inputOf(1, {}), '/inputs/0', 'Expected data, or a parameter binary_data_size'],
    ['its data are a text', inputOf(1, { data: 'AAAA' }), '/inputs/0/data', 'Expected an array of numbers'],
    [
      'a value is missing',
      inputOf(1, { data: image.slice(1) }),
      '/inputs/0/data',
      'Expected 784 numbers, received 783',
    ],
    ['its data are for two', inputOf(1, { data: [...image, ...image] }), '/inputs/0/data', 'received 1568'],
    ['its data are for one', inputOf(2, { data: image }), '/inputs/0/data', 'Expected 1568 numbers, received 784'],
    [
      'its data are nested in another way than its shape',
      inputOf(1, { data: Array.from({ length: side }, () => image.slice(0, side)) }),
      '/inputs/0/data',
      'Expected 1 arrays, received 28',
    ],
    [
      'a row is shorter than the others',
      inputOf(1, { data: [Array.from({ length: side }, (_, row) => image.slice(0, row === 27 ? 27 : side))] }),
      '/inputs/0/data/0/27',
      'Expected 28 numbers, received 27',
    ],
    [
      'a row is a number',
      inputOf(1, { data: [Array.from({ length: side }, (_, row) => (row === 3 ? 0 : image.slice(0, side)))] }),
      '/inputs/0/data/0/3',
      'Expected an array of 28 numbers',
    ],
    [
      'an array stands among its numbers',
      inputOf(1, { data: imageWith([0], 5) }),
      '/inputs/0/data/5',
      'Expected a number from 0 to 1',
    ],
    [
      'its data come twice',
      inputOf(1, { data: image, parameters: { binary_data_size: 0 } }),
      '/inputs/0',
      'Expected data or a parameter binary_data_size, not both',
    ],
    [
      'its data are to come behind it, and nobody says where that is',
      binary,
      '/inputs/0/parameters/binary_data_size',
      'Expected a header Inference-Header-Content-Length',
    ],
    [
      'its data are in shared memory',
      inputOf(1, { parameters: { shared_memory_region: 'one' } }),
      '/inputs/0/parameters/shared_memory_region',
      'There is no shared memory here',
    ],
  ])('%s', async (_, body, at, detail) => {
    expect(refusalIn(await call(path, { body }))).toEqual(refused(at, detail))
  })

  test.each([-0.000001, 1.000001, 255, null, '0.5', true, {}])('a value is %j', async (value) => {
    const answer = await call(path, { body: inputOf(1, { data: imageWith(value, 783) }) })
    expect(refusalIn(answer)).toEqual(refused('/inputs/0/data/783', 'Expected a number from 0 to 1'))
  })

  test.each([-1, 256, 0.5, null, '7'])('a byte is %j', async (value) => {
    const answer = await call(path, { body: inputOf(1, { datatype: 'UINT8', data: imageWith(value, 1) }) })
    expect(refusalIn(answer)).toEqual(refused('/inputs/0/data/1', 'Expected a whole number from 0 to 255'))
  })

  test.each([
    [
      'an output is not there',
      [{ name: 'logits' }],
      '/outputs/0/name',
      'Expected "probabilities" or "digit", received "logits"',
    ],
    ['an output has no name', [{}], '/outputs/0/name', 'expected string'],
    ['an output is asked for twice', [{ name: 'digit' }, { name: 'digit' }], '/outputs/1', 'a second time'],
    [
      'digits are to be classified',
      [{ name: 'digit', parameters: { classification: 1 } }],
      '/outputs/0/parameters/classification',
      'Only probabilities are classified',
    ],
    [
      'less than no classes are asked for',
      [{ name: 'probabilities', parameters: { classification: -1 } }],
      '/outputs/0/parameters/classification',
      '>=0',
    ],
    [
      'an output is to be in shared memory',
      [{ name: 'digit', parameters: { shared_memory_region: 'one' } }],
      '/outputs/0/parameters/shared_memory_region',
      'There is no shared memory here',
    ],
  ])('%s', async (_, outputs, at, detail) => {
    expect(refusalIn(await call(path, { body: { ...inputOf(1, { data: image }), outputs } }))).toEqual(
      refused(at, detail),
    )
  })
})

test.each(['NaN', 'Infinity', '-Infinity'])('%s, as Python writes it, is no JSON', async (value) => {
  const body = JSON.stringify(inputOf(1, { data: image })).replace('[0,', `[${value},`)
  const answer = await call(path, { body })
  expect(answer.status).toBe(400)
  expect(answer.body).toHaveProperty(
    'error',
    expect.stringMatching(/^The body is not valid JSON: unexpected .* column/),
  )
})

test('of many flaws the error names three, and the errors a hundred', async () => {
  const { body } = await call(path, { body: inputOf(32, { data: Array.from({ length: 32 * pixels }, () => -1) }) })
  const { error, errors } = body as { error: string; errors: unknown[] }
  expect(errors).toHaveLength(100)
  expect(error).toMatch(/^\/inputs\/0\/data\/0: .*; \/inputs\/0\/data\/1: .*; \/inputs\/0\/data\/2: .*; and 97 more$/)
})

describe('a binary tensor is refused where', () => {
  const size = '/inputs/0/parameters/binary_data_size'
  const header = 'inference-header-content-length'

  test.each([
    ['nothing is there', binary, new Uint8Array(), size, 'Behind the JSON are 0 bytes, and it says 3136'],
    ['a byte is missing', binary, octets.subarray(1), size, 'Behind the JSON are 3135 bytes, and it says 3136'],
    ['a byte is too many', binary, new Uint8Array(3137), size, 'Behind the JSON are 3137 bytes, and it says 3136'],
    ['nobody speaks of it', inputOf(1, { data: image }), octets, '/inputs/0', 'are 3136 bytes, of which no'],
    [
      'it is of another shape',
      inputOf(2, { parameters: { binary_data_size: octets.length } }),
      octets,
      size,
      'Expected 6272 bytes for the shape and the datatype, received 3136',
    ],
    [
      'it is of another datatype',
      inputOf(1, { datatype: 'UINT8', parameters: { binary_data_size: octets.length } }),
      octets,
      size,
      'Expected 784 bytes for the shape and the datatype, received 3136',
    ],
    ['its size is negative', inputOf(1, { parameters: { binary_data_size: -1 } }), octets, size, '>=0'],
    ['its size is a text', inputOf(1, { parameters: { binary_data_size: '3136' } }), octets, size, 'expected number'],
  ])('%s', async (_, request, bytes, at, detail) => {
    expect(refusalIn(await call(path, withOctets(request, bytes)))).toEqual(refused(at, detail))
  })

  test.each([
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [-0.5, '-0.5'],
    [1.5, '1.5'],
  ])('a value is %d', async (value, written) => {
    const values = Float32Array.from({ length: 2 * pixels }, () => 1)
    values[pixels + 2 * side + 19] = value
    const bytes = octetsOf(values)
    const request = inputOf(2, { parameters: { binary_data_size: bytes.length } })
    const detail = `The value at [1, 2, 19] is ${written}; expected a number from 0 to 1`
    expect(refusalIn(await call(path, withOctets(request, bytes)))).toEqual(refused('/inputs/0', detail))
  })

  test.each(['1000000', '-1', '1.5', '0x10', '', 'all', '99999999999999999999', '7, 7'])(
    'the JSON is said to be %s bytes long',
    async (length) => {
      const { body, headers } = withOctets(binary, octets)
      const answer = await call(path, { body, headers: { ...headers, [header]: length } })
      expect(refusalIn(answer)).toEqual(
        refused(header, `Expected the length of the JSON that the ${body.length} bytes of the body begin`),
      )
    },
  )

  test('the JSON is said to be shorter than it is', async () => {
    const { body, headers } = withOctets(binary, octets)
    const answer = await call(path, { body, headers: { ...headers, [header]: '20' } })
    expect(answer.status).toBe(400)
    expect(answer.body).toHaveProperty('error', expect.stringContaining('the text ends too early'))
  })

  test.each([0, 1, 3135, 3137])('it is alone, and %d bytes are no image', async (length) => {
    const answer = await call(path, { body: new Uint8Array(length), headers: { [header]: '0' } })
    expect(refusalIn(answer)).toEqual(
      refused(header, `Without JSON a body is images of 3136 bytes each; it has ${length} bytes`),
    )
  })

  test('it is alone, and of 33 images', async () => {
    const answer = await call(path, { body: new Uint8Array(33 * octets.length), headers: { [header]: '0' } })
    expect(refusalIn(answer)).toEqual(refused('/inputs/0/shape/0', 'Expected 1 to 32 images, received 33'))
  })
})

describe('what is refused without being looked at', () => {
  test('a body that is larger than 32 images can be', async () => {
    const { status, body } = await call(path, { body: new Uint8Array(2_097_153) })
    expect(status).toBe(413)
    expect(body).toHaveProperty('error', 'The body is over the limit of 2097152 bytes for this route.')
  })

  test('32 indented images in JSON are not', async () => {
    const data = Array.from({ length: 32 * pixels }, (_, index) => 1 / (index + 3))
    const { status } = await call(path, { body: JSON.stringify(inputOf(32, { data }), null, 8) })
    expect(status).toBe(200)
  })

  test('a body of another media type', async () => {
    const { status, body } = await call(path, { body: 'x', headers: { 'content-type': 'text/plain' } })
    expect(status).toBe(415)
    expect(body).toHaveProperty('error', expect.stringContaining('application/json, application/octet-stream'))
  })

  test('a body that is packed', async () => {
    const { status, body } = await call(path, { body: 'x', headers: { 'content-encoding': 'gzip' } })
    expect(status).toBe(415)
    expect(body).toHaveProperty('error', 'A body with content-encoding gzip is not read here. Send it plain.')
  })

  test('another method', async () => {
    const { status, body } = await call('GET /v2/models/digits/infer')
    expect(status).toBe(405)
    expect(body).toHaveProperty('error', '/v2/models/digits/infer does not answer GET; it answers POST, OPTIONS.')
  })
})

test('a timeout in microseconds that is over before the model runs is answered 504', async () => {
  const { status, body } = await call(path, { body: { ...inputOf(1, { data: image }), parameters: { timeout: 1 } } })
  expect(status).toBe(504)
  expect(body).toHaveProperty('error', expect.stringContaining('The deadline passed'))
})

test('a full queue is answered 429, with the time to wait', async () => {
  const narrow = instanceOf(predict, { inference: { queueSize: 1 } })
  const ask = callerOf(narrow)
  const body = inputOf(2, { data: [...image, ...image] })
  // The first is always taken; the others find it in the queue.
  const [first, answer] = await Promise.all([ask(path, { body }), ask(path, { body })])
  expect(first.status).toBe(200)
  expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '1' } })
  expect(answer.body).toHaveProperty('error', expect.stringContaining('The queue has room for 1 images'))
  await narrow.close()
})

test('a list that is far too long is answered 400, and not looked at', async () => {
  const lists = [{ inputs: Array.from({ length: 130_000 }, () => 1) }, { inputs: [], outputs: Array(130_000).fill(1) }]
  for (const body of lists) {
    const answer = await call(path, { body })
    expect(answer.status).toBe(400)
    expect(answer.body).toHaveProperty('error', expect.stringContaining('Expected 16 at most'))
  }
})
