import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod/mini'

import { digitOf } from './digit.ts'
import { classes, DigitModel, pixels } from './model.ts'
import { digitsFolder } from './models.ts'
import { TestDigits } from './testing/mnist.ts'
import { onnxMetadata } from './testing/onnx-metadata.ts'

const digits = new TestDigits()
const Measured = z.record(z.string(), z.object({ test: z.object({ digits: z.literal(10_000), right: z.int() }) }))
const measured = z.parse(Measured, JSON.parse(readFileSync(join(import.meta.dirname, 'training/metrics.json'), 'utf8')))

function pathOf(version: string): string {
  return join(digitsFolder, version, 'model.onnx')
}

test('every version is measured, and nothing else', () => {
  expect(readdirSync(digitsFolder).toSorted()).toEqual(Object.keys(measured).toSorted())
})

describe.for(Object.keys(measured))('version %s', (version) => {
  let model: DigitModel

  beforeAll(async () => {
    model = await DigitModel.open(pathOf(version), version)
  })

  afterAll(() => model.close())

  test('reads as many of the 10,000 test digits as its card says, 99.65 % at least', { timeout: 120_000 }, async () => {
    const batch = 500
    let right = 0
    for (let first = 0; first < digits.count; first += batch) {
      const probabilities = await model.classify(digits.images(first, batch))
      expect(probabilities.length).toBe(batch * classes)
      for (let index = 0; index < batch; index += 1) {
        if (digitOf(probabilities, index * classes) === digits.labels[first + index]) right += 1
      }
    }
    expect(right).toBe(measured[version]?.test.right)
    expect(right).toBeGreaterThanOrEqual(9965)
  })

  test('weighs 500 KB at most', () => {
    expect(statSync(pathOf(version)).size).toBeLessThanOrEqual(500_000)
  })

  test('an image is read the same alone and among others', async () => {
    const together = await model.classify(digits.images(0, 32))
    for (const index of [0, 7, 31]) {
      const alone = await model.classify(digits.images(index, 1))
      const among = together.subarray(index * classes, (index + 1) * classes)
      for (const [digit, probability] of alone.entries()) expect(probability).toBeCloseTo(among[digit] ?? 0, 5)
    }
  })

  test.each([
    ['no ink', 0],
    ['nothing but ink', 1],
    ['grey', 0.5],
  ])('%s has probabilities too', async (_, grey) => {
    const probabilities = await model.classify(new Float32Array(pixels).fill(grey))
    expect(probabilities.every((each) => each >= 0 && each <= 1)).toBe(true)
    expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5)
  })

  test('is what its file says', () => {
    expect(onnxMetadata(pathOf(version))['version']).toBe(version)
  })
})

test('a file that is no model does not open', async () => {
  await expect(DigitModel.open(import.meta.filename, '1')).rejects.toThrow(/protobuf/i)
})

test('the runtime of the model reports to nobody, and leaves nothing in the home folder', () => {
  const home = mkdtempSync(join(tmpdir(), 'quartet-home-'))
  const script = `
    const { DigitModel, pixels } = await import(${JSON.stringify(join(import.meta.dirname, 'model.ts'))})
    const model = await DigitModel.open(${JSON.stringify(pathOf('1'))}, '1')
    await model.classify(new Float32Array(pixels))
    await model.close()
    console.log(process.env.ORT_DISABLE_TELEMETRY)`
  const argv = ['--input-type=module', '--eval', script]
  const output = execFileSync(process.execPath, argv, { env: { HOME: home }, encoding: 'utf8' })
  expect(output).toBe('1\n')
  expect(readdirSync(home)).toEqual([])
  rmSync(home, { recursive: true })
})
