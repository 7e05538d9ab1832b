import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'

import { classes, DigitModel, modelPath, modelVersion, pixels } from './model.ts'
import { TestDigits } from './testing/mnist.ts'
import { onnxMetadata } from './testing/onnx-metadata.ts'

let model: DigitModel
const digits = new TestDigits()

beforeAll(async () => {
  model = await DigitModel.open()
})

afterAll(() => model.close())

/** What the model takes an image for, by its index in a batch. */
function digitIn(probabilities: Float32Array, index: number): number {
  const of = probabilities.subarray(index * classes, (index + 1) * classes)
  return of.indexOf(Math.max(...of))
}

const Measured = z.object({ test: z.object({ digits: z.literal(10_000), right: z.int() }) })

test(
  'the model reads as many of the 10,000 test digits as its card says, and 99 % at least',
  { timeout: 120_000 },
  async () => {
    const batch = 500
    let right = 0
    for (let first = 0; first < digits.count; first += batch) {
      const probabilities = await model.classify(digits.images(first, batch))
      expect(probabilities.length).toBe(batch * classes)
      for (let index = 0; index < batch; index += 1) {
        if (digitIn(probabilities, index) === digits.labels[first + index]) right += 1
      }
    }
    const measured = readFileSync(join(import.meta.dirname, 'training', 'metrics.json'), 'utf8')
    expect(right).toBe(z.parse(Measured, JSON.parse(measured)).test.right)
    expect(right).toBeGreaterThanOrEqual(9900)
  },
)

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

test('the version that is answered is that of the file', () => {
  expect(onnxMetadata(modelPath)['version']).toBe(modelVersion)
})

test('a file that is no model does not open', async () => {
  await expect(DigitModel.open(import.meta.filename)).rejects.toThrow(/protobuf/i)
})

test('the runtime of the model reports to nobody, and leaves nothing in the home folder', () => {
  const home = mkdtempSync(join(tmpdir(), 'quartet-home-'))
  const script = `
    const { DigitModel, pixels } = await import(${JSON.stringify(join(import.meta.dirname, 'model.ts'))})
    const model = await DigitModel.open()
    await model.classify(new Float32Array(pixels))
    await model.close()
    console.log(process.env.ORT_DISABLE_TELEMETRY)`
  const argv = ['--input-type=module', '--eval', script]
  const output = execFileSync(process.execPath, argv, { env: { HOME: home }, encoding: 'utf8' })
  expect(output).toBe('1\n')
  expect(readdirSync(home)).toEqual([])
  rmSync(home, { recursive: true })
})
