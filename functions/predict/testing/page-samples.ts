// Makes page/test-digits.json, what the page has of the test set: `node functions/predict/testing/page-samples.ts`
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'

import { TestDigits } from './mnist.ts'

/** Of each digit, 0 to 9, one that is plain. */
const plain = [10, 5, 1, 32, 19, 15, 21, 0, 84, 12]
/** And one that is hard: of the first model in this place, seven were misread, and 1, 2 and 3 were not. */
const hard = [9850, 3906, 2462, 2927, 2130, 2597, 625, 9505, 582, 1247]

export const pageSamplesPath = join(import.meta.dirname, '..', 'page', 'test-digits.json')

export function pageSamples(): string {
  const digits = new TestDigits()
  const indices = [...plain, ...hard]
  const greys = indices.flatMap((index) => Array.from(digits.images(index, 1), (grey) => Math.round(grey * 255)))
  const pictures = deflateRawSync(Uint8Array.from(greys), { level: 9 }).toString('base64')
  return `${JSON.stringify({ labels: indices.map((index) => digits.labels[index]), pictures })}\n`
}

if (import.meta.main) writeFileSync(pageSamplesPath, pageSamples())
