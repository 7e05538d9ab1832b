import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { FunctionInstance } from '../../_runtime/function/instance.ts'
import { callerOf, instanceOf, type Call } from '../../_runtime/testing/call.ts'
import { version } from '../../_runtime/process/version.ts'
import { predict } from '../index.ts'
import { digitsFolder } from '../models.ts'
import { TestDigits } from '../testing/mnist.ts'
import { answerIn, digitsIn, inputOf } from './testing/inference.ts'

const digits = new TestDigits()
let folder: string
let instance: FunctionInstance
let call: Call

// Versions 2, 9 and 10 are there, and 11 is no model.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quartet-models-'))
  for (const each of ['2', '9', '10', '11']) mkdirSync(join(folder, each))
  for (const each of ['2', '9', '10']) {
    copyFileSync(join(digitsFolder, '1', 'model.onnx'), join(folder, each, 'model.onnx'))
  }
  writeFileSync(join(folder, '11', 'model.onnx'), 'no model')
  instance = instanceOf(predict, { model: { folder, version: '10' } })
  call = callerOf(instance)
})

afterAll(async () => {
  await instance.close()
  rmSync(folder, { recursive: true })
})

test('the server says what it is', async () => {
  const { status, body } = await call('GET /v2')
  expect(status).toBe(200)
  const extensions = ['binary_tensor_data', 'classification', 'model_configuration', 'model_repository']
  expect(body).toEqual({ name: 'quartet', version, extensions })
})

test('the server lives and is ready, in the words of KServe', async () => {
  expect(await call('GET /v2/health/live')).toMatchObject({ status: 200, body: { live: true } })
  expect(await call('GET /v2/health/ready')).toMatchObject({ status: 200, body: { ready: true } })
})

test('a process that is about to end is not ready, and says so in a line', async () => {
  const ending = instanceOf(predict)
  const ask = callerOf(ending)
  ending.drain()
  expect(await ask('GET /v2/health/live')).toMatchObject({ status: 200, body: { live: true } })
  for (const path of ['GET /v2/health/ready', 'GET /v2/models/digits/ready'] as const) {
    expect(await ask(path)).toMatchObject({ status: 503, body: { error: 'The process is about to end.' } })
  }
  await ending.close()
})

test.each(['/v2/models/digits', '/v2/models/digits/versions/2'] as const)('%s describes the model', async (path) => {
  const { status, body } = await call(`GET ${path}`)
  expect(status).toBe(200)
  expect(body).toEqual({
    name: 'digits',
    versions: ['2', '9', '10', '11'],
    platform: 'onnxruntime_onnx',
    inputs: [{ name: 'images', datatype: 'FP32', shape: [-1, 28, 28] }],
    outputs: [
      { name: 'probabilities', datatype: 'FP32', shape: [-1, 10] },
      { name: 'digit', datatype: 'INT64', shape: [-1] },
    ],
  })
})

test.each(['/v2/models/digits/config', '/v2/models/digits/versions/2/config'] as const)(
  '%s says what Triton would have been told',
  async (path) => {
    const { status, body } = await call(`GET ${path}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      name: 'digits',
      backend: 'onnxruntime',
      max_batch_size: 32,
      version_policy: { specific: { versions: [2, 9, 10, 11] } },
      input: [{ name: 'images', data_type: 'TYPE_FP32', dims: [28, 28] }],
      output: [
        { name: 'probabilities', data_type: 'TYPE_FP32', dims: [10] },
        { name: 'digit', data_type: 'TYPE_INT64', dims: [1], reshape: { shape: [] } },
      ],
    })
  },
)

test.each([undefined, '', '{}', '{"ready":true}'])('the index lists all versions, asked with %j', async (body) => {
  const { status, body: index } = await call('POST /v2/repository/index', { body })
  expect(status).toBe(200)
  expect(index).toEqual(
    ['2', '9', '10', '11'].map((each) => ({ name: 'digits', version: each, state: 'READY', reason: '' })),
  )
})

test.each(['2', '9', '10'])('version %s is ready, and answers', async (each) => {
  const path = `/v2/models/digits/versions/${each}` as const
  expect(await call(`GET ${path}/ready`)).toMatchObject({ status: 200, body: { name: 'digits', ready: true } })
  const body = inputOf(1, { data: [...digits.images(0, 1)] })
  const answer = answerIn(await call(`POST ${path}/infer`, { body }))
  expect(answer.modelVersion).toBe(each)
  expect(digitsIn(answer)).toEqual([7])
})

test('without a version it is the one that the settings name', async () => {
  expect(await call('GET /v2/models/digits/ready')).toMatchObject({ status: 200, body: { ready: true } })
  const body = inputOf(1, { data: [...digits.images(0, 1)] })
  expect(answerIn(await call('POST /v2/models/digits/infer', { body })).modelVersion).toBe('10')
})

test('a version that does not open is not ready', async () => {
  const { status, body } = await call('GET /v2/models/digits/versions/11/ready')
  expect(status).toBe(503)
  expect(body).toHaveProperty('error', 'Version 11 of the model does not open; the log says why.')
  const { body: index } = await call('POST /v2/repository/index')
  expect(index).toContainEqual({ name: 'digits', version: '11', state: 'UNAVAILABLE', reason: 'It does not open.' })
  expect(index).toContainEqual({ name: 'digits', version: '10', state: 'READY', reason: '' })
})

describe('what is not there', () => {
  const request = { body: inputOf(1, { data: [...digits.images(0, 1)] }) }
  const onModels = ['', '/config', '/ready'].flatMap((rest) => [
    [`GET /v2/models/letters${rest}`, 'There is no model "letters", only "digits".'],
    [`GET /v2/models/letters/versions/2${rest}`, 'There is no model "letters", only "digits".'],
    [`GET /v2/models/digits/versions/3${rest}`, 'There is no version "3" of the model; there are: 2, 9, 10, 11.'],
    [`GET /v2/models/digits/versions/latest${rest}`, 'There is no version "latest" of the model'],
  ]) as [`${string} /${string}`, string][]

  test.each([
    ...onModels,
    ['POST /v2/models/letters/infer', 'There is no model "letters", only "digits".'],
    ['POST /v2/models/digits/versions/3/infer', 'There is no version "3" of the model; there are: 2, 9, 10, 11.'],
    ['GET /v2/models/stats', 'Statistics are not kept in this form'],
    ['GET /v2/models/digits/stats', 'Statistics are not kept in this form'],
    ['GET /v2/models/digits/versions/2/stats', 'Statistics are not kept in this form'],
    ['POST /v2/repository/models/digits/load', 'Models are not loaded by request'],
    ['POST /v2/repository/models/digits/unload', 'Models are not unloaded by request'],
    ['GET /v2/systemsharedmemory/status', 'There is no shared memory'],
    ['GET /v2/systemsharedmemory/region/one/status', 'There is no shared memory'],
    ['POST /v2/cudasharedmemory/region/one/register', 'There is no shared memory'],
    ['GET /v2/trace/setting', 'Tracing is not set by request'],
    ['POST /v2/models/digits/trace/setting', 'Tracing is not set by request'],
    ['POST /v2/logging', 'Logging is not set by request'],
    ['GET /v2/', 'GET /v2 lists the extensions, /openapi.json the paths.'],
    ['GET /v2/nowhere', 'Nothing is at /v2/nowhere. GET /v2 lists the extensions'],
  ] as [`${string} /${string}`, string][])('%s is answered 404: %s', async (path, reason) => {
    const { status, headers, body } = await call(path, path.startsWith('POST') ? request : {})
    expect(status).toBe(404)
    expect(headers['content-type']).toBe('application/json')
    expect(body).toMatchObject({ title: 'Not Found', detail: expect.stringContaining(reason) })
    expect(body).toHaveProperty('error', (body as { detail: string }).detail)
  })

  test('outside of /v2 problems are without the member', async () => {
    const { headers, body } = await call('GET /v1/models')
    expect(headers['content-type']).toBe('application/problem+json')
    expect(body).not.toHaveProperty('error')
  })
})

test('the OpenAPI document has the protocol, and is valid', async () => {
  const { body } = await call('GET /openapi.json')
  expect(await new Validator().validate({ ...(body as object) })).toEqual({ valid: true })
  const paths = Object.keys((body as { paths: object }).paths).filter((path) => path.startsWith('/v2'))
  expect(paths.toSorted()).toEqual([
    '/v2',
    '/v2/health/live',
    '/v2/health/ready',
    '/v2/models/{model}',
    '/v2/models/{model}/config',
    '/v2/models/{model}/infer',
    '/v2/models/{model}/ready',
    '/v2/models/{model}/versions/{version}',
    '/v2/models/{model}/versions/{version}/config',
    '/v2/models/{model}/versions/{version}/infer',
    '/v2/models/{model}/versions/{version}/ready',
    '/v2/repository/index',
  ])
})
