import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { pageSamples, pageSamplesPath } from '../../testing/page-samples.ts'
import { unpackTestDigits } from '../test-digits.ts'

test('the samples are as the test set has them', () => {
  expect(readFileSync(pageSamplesPath, 'utf8')).toBe(pageSamples())
})

test('there are two of each digit', async () => {
  const samples = await unpackTestDigits()
  expect(samples.map(({ label }) => label)).toEqual([...Array(10).keys(), ...Array(10).keys()])
  for (const { picture } of samples) expect(picture).toHaveLength(784)
})
