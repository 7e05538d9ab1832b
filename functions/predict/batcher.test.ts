import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { ProcessMetrics } from '../_runtime/metrics/process-metrics.ts'
import { samplesOf } from '../_runtime/testing/samples.ts'
import { Batcher, type BatchLimits } from './batcher.ts'
import { digitOf } from './digit.ts'
import { InferenceMetrics, type VersionMetrics } from './inference-metrics.ts'
import { classes, DigitModel } from './model.ts'
import { digitsFolder } from './models.ts'
import { TestDigits } from './testing/mnist.ts'

const digits = new TestDigits()
const patient = { isAbandoned: false }
const batchSize = 4

let metrics: VersionMetrics
let counts: ProcessMetrics
let batcher: Batcher

beforeEach(async () => {
  counts = new ProcessMetrics()
  metrics = counts.of(InferenceMetrics).of('1')
  batcher = await batcherOf({ batchSize, queueSize: 64 })
})

afterEach(() => batcher.close())

async function batcherOf(limits: BatchLimits): Promise<Batcher> {
  return new Batcher(await DigitModel.open(join(digitsFolder, '1', 'model.onnx'), '1'), limits, metrics)
}

function ask(first: number, count = 1, request = patient, deadlineAt = Infinity): ReturnType<Batcher['classify']> {
  return batcher.classify(digits.images(first, count), request, deadlineAt)
}

function rejections(): Record<string, number> {
  const all = ['invalid', 'queue_full', 'deadline', 'client_left'].map((reason) => {
    return [reason, samplesOf(counts)[`predict_rejections_total{reason="${reason}"}`] ?? 0] as const
  })
  return Object.fromEntries(all.filter(([, count]) => count > 0))
}

test('who asks alone is answered alone', async () => {
  const { probabilities, queueMs, inferenceMs } = await ask(0)
  expect(probabilities.length).toBe(classes)
  expect(digitOf(probabilities)).toBe(7)
  expect(queueMs).toBeGreaterThanOrEqual(0)
  expect(inferenceMs).toBeGreaterThan(0)
  expect(metrics.batches).toMatchObject({ count: 1, sum: 1 })
})

test('those who ask at once share runs, and each is answered with its own', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => ask(index)))
  expect(answers.map(({ probabilities }) => digitOf(probabilities))).toEqual([...digits.labels.subarray(0, 10)])
  expect(metrics.batches).toMatchObject({ count: 3, sum: 10 })
  expect(metrics.queueSeconds.count).toBe(10)
  expect([...metrics.digits].reduce((sum, each) => sum + each, 0)).toBe(10)
})

test('requests of several images are never cut apart, and one that is larger than a batch is a run of its own', async () => {
  const answers = await Promise.all([ask(0, 3), ask(3, 2), ask(5, 7), ask(12)])
  expect(answers.map(({ probabilities }) => probabilities.length / classes)).toEqual([3, 2, 7, 1])
  const seen = answers.flatMap(({ probabilities }) =>
    Array.from({ length: probabilities.length / classes }, (_, index) => digitOf(probabilities, index * classes)),
  )
  const right = seen.filter((digit, index) => digit === digits.labels[index])
  expect(right.length).toBe(13)
  expect(metrics.batches).toMatchObject({ count: 4, sum: 13 })
})

test('what comes while a batch runs is the next one', async () => {
  const first = ask(0)
  await new Promise((resolve) => setImmediate(resolve))
  const others = [ask(1), ask(2), ask(3)]
  await Promise.all([first, ...others])
  expect(metrics.batches).toMatchObject({ count: 2, sum: 4 })
})

test('a full queue refuses with 429 and says when to come again, and takes more when it is empty', async () => {
  batcher = await batcherOf({ batchSize, queueSize: 3 })
  const taken = [ask(0, 2), ask(2)]
  await expect(ask(3)).rejects.toMatchObject({
    status: 429,
    headers: { 'retry-after': '1' },
    detail: 'The queue has room for 3 images, and it is full.',
  })
  await Promise.all(taken)
  expect(digitOf((await ask(3)).probabilities)).toBe(digits.labels[3])
  expect((await ask(0, 9)).probabilities.length).toBe(9 * classes)
  expect(rejections()).toEqual({ queue_full: 1 })
})

test('whose deadline has passed is refused with 504 before the inference; the others are answered', async () => {
  const [late, inTime] = [ask(0, 1, patient, performance.now() - 1), ask(1, 1, patient, performance.now() + 10_000)]
  await expect(late).rejects.toMatchObject({ status: 504, title: 'Gateway Timeout' })
  expect(digitOf((await inTime).probabilities)).toBe(digits.labels[1])
  expect(metrics.batches).toMatchObject({ sum: 1 })
  expect(rejections()).toEqual({ deadline: 1 })
})

test('for a client that has left nothing is inferred', async () => {
  const [gone, stays] = [ask(0, 1, { isAbandoned: true }), ask(1)]
  await expect(gone).rejects.toMatchObject({ status: 499 })
  expect(digitOf((await stays).probabilities)).toBe(digits.labels[1])
  expect(metrics.batches).toMatchObject({ count: 1, sum: 1 })
  expect(rejections()).toEqual({ client_left: 1 })
})

test('a run that fails fails for those who were in it, and for nobody after them', async () => {
  const odd = batcher.classify(new Float32Array(100), patient, Infinity)
  await expect(odd).rejects.toThrow(/dims/)
  expect(digitOf((await ask(0)).probabilities)).toBe(7)
})

test('closing waits for those who are in the queue', async () => {
  const answers = Promise.all(Array.from({ length: 9 }, (_, index) => ask(index)))
  await batcher.close()
  expect(metrics.batches.sum).toBe(9)
  expect((await answers).length).toBe(9)
  batcher = await batcherOf({ batchSize, queueSize: 64 })
})
