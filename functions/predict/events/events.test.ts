import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'

import type { FunctionInstance } from '../../_runtime/function/instance.ts'
import { callerOf, instanceOf, type Call, type Received } from '../../_runtime/testing/call.ts'
import { samplesOf } from '../../_runtime/testing/samples.ts'
import { predict } from '../index.ts'

const submitted = 'dev.quartet.predict.digit.submitted'
const seven = join(import.meta.dirname, '..', 'examples')
const json = readFileSync(join(seven, 'seven.json'), 'utf8')
const image: unknown = JSON.parse(json)
const octets = readFileSync(join(seven, 'seven.bin'))
const png = readFileSync(join(import.meta.dirname, '..', 'picture', 'testdata', 'grey-8.png'))
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

let instance: FunctionInstance
let call: Call

beforeAll(() => {
  instance = instanceOf(predict)
  call = callerOf(instance)
})

afterAll(() => instance.close())

interface Sent {
  readonly type?: string
  readonly mediaType?: string
  readonly headers?: Readonly<Record<string, string>>
}

async function send(
  body: unknown,
  { type = submitted, mediaType = 'application/json', headers }: Sent = {},
): Promise<Received> {
  const attributes = { 'ce-specversion': '1.0', 'ce-id': '17', 'ce-source': '/scanner', 'ce-type': type }
  return call('POST /', { body, headers: { ...attributes, 'content-type': mediaType, ...headers } })
}

function document(members: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { specversion: '1.0', id: '17', source: '/scanner', type: submitted, data: image, ...members }
}

async function sendDocument(body: unknown, batch = ''): Promise<Received> {
  return call('POST /', { body, headers: { 'content-type': `application/cloudevents${batch}+json` } })
}

function counts(): Readonly<Record<string, number | undefined>> {
  const samples = samplesOf(instance.metrics)
  return {
    predicted: samples['predict_events_total{outcome="predicted"}'],
    ignored: samples['predict_events_total{outcome="ignored"}'],
  }
}

test('an event in binary mode is answered with one in binary mode', async () => {
  const { status, headers, body } = await send(json, {
    headers: { 'ce-subject': 'page 3', 'ce-traceparent': traceparent },
  })
  expect(status).toBe(200)
  expect(headers).toEqual({
    'ce-specversion': '1.0',
    'ce-id': expect.stringMatching(/^[\w-]{43}$/),
    'ce-source': '/predict',
    'ce-type': 'dev.quartet.predict.digit.predicted',
    'ce-subject': 'page%203',
    'ce-traceparent': traceparent,
    'content-type': 'application/json',
  })
  expect(body).toEqual((await call('POST /predict', { body: json })).body)
})

test('an event in structured mode is answered with one in structured mode', async () => {
  const { status, headers, body } = await sendDocument(document({ subject: 'page 3', tracestate: null }))
  expect(status).toBe(200)
  expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8')
  const binary = await send(json)
  expect(body).toEqual({
    specversion: '1.0',
    id: binary.headers['ce-id'],
    source: '/predict',
    type: 'dev.quartet.predict.digit.predicted',
    subject: 'page 3',
    datacontenttype: 'application/json',
    data: binary.body,
  })
})

test.each([
  ['JSON', 'application/json; charset=utf-8', json],
  ['JSON of a kind', 'application/vnd.example+json', json],
  ['octets', 'application/octet-stream', octets],
  ['a PNG', 'image/png', png],
])('the data can be %s, in both modes', async (_, mediaType, data) => {
  const binary = await send(data, { mediaType })
  expect(binary.status).toBe(200)
  const members = { data: undefined, data_base64: Buffer.from(data).toString('base64'), datacontenttype: mediaType }
  const structured = await sendDocument(document(members))
  expect(structured.body).toMatchObject({ data: binary.body })
})

test('the events of a batch that have a digit are answered in their order', async () => {
  const batch = [document(), document({ id: '18', type: 'org.example.other' }), document({ id: '19' })]
  const before = counts()
  const { status, headers, body } = await sendDocument(batch, '-batch')
  expect(status).toBe(200)
  expect(headers['content-type']).toBe('application/cloudevents-batch+json')
  const ids = await Promise.all(
    ['17', '19'].map(async (id) => (await send(json, { headers: { 'ce-id': id } })).headers['ce-id']),
  )
  expect(body).toMatchObject(ids.map((id) => ({ id, data: { digit: 7 } })))
  expect(counts()).toEqual({ predicted: Number(before['predicted']) + 4, ignored: Number(before['ignored']) + 1 })
  expect(await sendDocument([], '-batch')).toMatchObject({ status: 204 })
  expect(
    await sendDocument(
      Array.from({ length: 101 }, () => document()),
      '-batch',
    ),
  ).toMatchObject({ status: 400 })
})

test('an event that comes twice has the same answer; one of another source or id has another', async () => {
  const first = await send(json)
  expect(await send(json)).toEqual(first)
  for (const headers of [{ 'ce-id': '18' }, { 'ce-source': '/other' }]) {
    expect((await send(json, { headers })).headers['ce-id']).not.toBe(first.headers['ce-id'])
  }
})

test('an event of a type that is not known is taken, whatever is in it, and counted', async () => {
  const before = counts()
  for (const mediaType of ['application/json', 'text/html; charset=latin1', 'constructor']) {
    const { status, bytes } = await send('<', { type: 'org.example.other', mediaType })
    expect({ status, length: bytes.length }).toEqual({ status: 204, length: 0 })
  }
  expect(await send('', { type: 'dev.quartet.configs.config.removed' })).toMatchObject({ status: 204 })
  expect(counts()).toEqual({ predicted: before['predicted'], ignored: Number(before['ignored']) + 4 })
})

test.each(['created', 'replaced'])('a config that was %s is answered when it has a digit', async (kind) => {
  const type = `dev.quartet.configs.config.${kind}`
  const config = { name: 'digit-3', metadata: { digit: image } }
  const answer = await send(config, { type, headers: { 'ce-subject': 'digit-3' } })
  expect(answer).toMatchObject({ status: 200, headers: { 'ce-subject': 'digit-3' }, body: { digit: 7 } })
  expect(await send({ name: 'edge', metadata: { ratio: 1 } }, { type })).toMatchObject({ status: 204 })
  const wrong = await sendDocument(document({ type, data: { name: 'edge', metadata: { digit: { image: [1] } } } }))
  expect(wrong).toMatchObject({ status: 400, body: { errors: [{ at: '/data/metadata/digit/image' }] } })
})

test.each([
  ['has no id', { 'ce-id': '' }, 'ce-id'],
  ['is of another version', { 'ce-specversion': '0.3' }, 'ce-specversion'],
])('a request that %s is no event', async (_, headers, at) => {
  expect(await send(json, { headers })).toMatchObject({ status: 400, body: { errors: [{ at }] } })
})

test('a request without any attribute is no event', async () => {
  const { status, body } = await call('POST /', { body: json })
  expect(status).toBe(400)
  expect(body).toMatchObject({
    detail: expect.stringContaining('application/cloudevents+json'),
    errors: ['specversion', 'id', 'source', 'type'].map((name) => ({ at: `ce-${name}` })),
  })
})

test.each([
  ['no id', { id: undefined }, '/id'],
  ['an id that is a number', { id: 17 }, '/id'],
  ['data in both forms', { data_base64: 'AA==' }, '/data_base64'],
  ['data that is not base64', { data: undefined, data_base64: '-' }, '/data_base64'],
  ['no data', { data: undefined }, '/data'],
  ['no image', { data: {} }, '/data/image'],
  ['a value that is none', { data: { image: Array.from({ length: 784 }, () => 2) } }, '/data/image/0'],
])('an event with %s is refused with its place', async (_, members, at) => {
  const answer = await sendDocument(document(members))
  expect(answer).toMatchObject({
    status: 400,
    body: { errors: expect.arrayContaining([expect.objectContaining({ at })]) },
  })
  const batch = await sendDocument([document(), document(members)], '-batch')
  const place = expect.objectContaining({ at: `/1${at}` })
  expect(batch).toMatchObject({ status: 400, body: { errors: expect.arrayContaining([place]) } })
})

test.each([
  ['data that is no picture', { datacontenttype: 'image/png', data: 'text' }, 400],
  ['octets too few', { datacontenttype: 'application/octet-stream', data: 'text' }, 400],
  ['data of another type', { datacontenttype: 'text/plain', data: 'text' }, 415],
])('an event with %s is refused', async (_, members, status) => {
  const answer = await sendDocument(document(members))
  expect(answer).toMatchObject({ status, body: { errors: [{ at: expect.stringMatching(/^\/data/) }] } })
})

test('events in another format than JSON are refused', async () => {
  const answer = await call('POST /', { body: 'x', headers: { 'content-type': 'application/cloudevents+avro' } })
  expect(answer).toMatchObject({
    status: 415,
    headers: { accept: expect.stringContaining('application/cloudevents+json') },
  })
})

test('what cannot be answered now is to be sent again', async () => {
  expect(await send(json, { headers: { prefer: 'wait=0' } })).toMatchObject({ status: 504 })
})

test('whatever the headers are, the answer is one that a Broker understands', async () => {
  const text = fc.string({ maxLength: 20 }).map((value) => value.replaceAll(/[^\t -~\u0080-\u00FF]/g, ''))
  const attributes = fc.record({ 'ce-id': text, 'ce-source': text, 'ce-subject': text, 'content-type': text })
  await fc.assert(
    fc.asyncProperty(
      attributes,
      fc.constantFrom(submitted, 'other'),
      fc.uint8Array({ maxLength: 50 }),
      async (headers, type, body) => {
        const { status, bytes } = await send(body, { type, headers })
        expect([204, 400, 415]).toContain(status)
        expect(bytes.length === 0).toBe(status === 204)
      },
    ),
    { numRuns: 500 },
  )
})
