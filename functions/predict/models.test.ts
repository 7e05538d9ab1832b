import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { ProcessMetrics } from '../_runtime/metrics/process-metrics.ts'
import { InferenceMetrics } from './inference-metrics.ts'
import { pixels } from './model.ts'
import { digitsFolder, Models } from './models.ts'

const limits = { batchSize: 4, queueSize: 8 }

let folder: string
let models: Models | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quartet-models-'))
})

afterEach(async () => {
  await models?.close()
  models = undefined
  rmSync(folder, { recursive: true })
})

function addVersion(version: string): void {
  cpSync(join(digitsFolder, '1'), join(folder, version), { recursive: true })
}

async function open(version?: string): Promise<Models> {
  models = await Models.open({ folder, version, limits }, new ProcessMetrics().of(InferenceMetrics))
  return models
}

test('the newest version answers who asks for none; by number, not by letter', async () => {
  for (const version of ['2', '10', '9']) addVersion(version)
  for (const name of ['drafts', '11']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'README.md'), '')
  const { versions, defaultVersion } = await open()
  expect(versions).toEqual(['2', '9', '10'])
  expect(defaultVersion).toBe('10')
  expect((await models?.get())?.version).toBe('10')
})

test('the settings may choose another', async () => {
  for (const version of ['1', '2']) addVersion(version)
  expect((await (await open('1')).get()).version).toBe('1')
})

test('a version is opened when it is first asked for, and once', async () => {
  for (const version of ['1', '2']) addVersion(version)
  const opened = await open()
  const [one, other] = await Promise.all([opened.get('1'), opened.get('1')])
  expect(one).toBe(other)
  expect(opened.get('1')).toBe(one)
  const { probabilities } = await one.classify(new Float32Array(pixels), { isAbandoned: false }, Infinity)
  expect(probabilities.length).toBe(10)
})

test('a version that does not open is tried again by the next who asks', async () => {
  for (const version of ['1', '2']) addVersion(version)
  const opened = await open('2')
  rmSync(join(folder, '1', 'model.onnx'))
  await expect(opened.get('1')).rejects.toMatchObject({
    status: 503,
    detail: 'Version 1 of the model does not open; the log says why.',
    cause: expect.objectContaining({ message: expect.stringMatching(/model\.onnx/) }),
  })
  addVersion('1')
  expect((await opened.get('1')).version).toBe('1')
})

test('a version that is not there is answered 404, with those that are', async () => {
  for (const version of ['1', '2']) addVersion(version)
  const opened = await open()
  const problem = { status: 404, detail: 'There is no version "3" of the model; there are: 1, 2.' }
  expect(() => opened.get('3')).toThrow(expect.objectContaining(problem))
  expect(() => opened.require('3')).toThrow(expect.objectContaining(problem))
  expect(() => opened.require('1')).not.toThrow()
})

test('a folder without a version does not open, nor one without that of the settings', async () => {
  await expect(open()).rejects.toThrow(`${folder} holds no model: there is no VERSION/model.onnx in it.`)
  addVersion('1')
  await expect(open('2')).rejects.toThrow(`${folder} holds the versions 1 of the model, and not 2.`)
})
