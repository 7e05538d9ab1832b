import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'
import * as z from 'zod/mini'

import { hourCosts } from '../cost/hour.ts'
import { Measurement } from '../measurement/measurement.ts'
import { verdictOf } from '../measurement/verdict.ts'

const names = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

function exampleOf(name: string): Measurement {
  return z.parse(Measurement, JSON.parse(readFileSync(join(import.meta.dirname, name, 'report.json'), 'utf8')))
}

test.each(names)('the example of a %s has the form of today, and has passed', (name) => {
  const measurement = exampleOf(name)
  const page = readFileSync(join(import.meta.dirname, name, 'report.html'), 'utf8')
  expect(measurement.verdict).toEqual(verdictOf(measurement, true))
  expect(measurement).toMatchObject({ script: name, isOnCluster: true, verdict: { isPassed: true } })
  expect(page).toContain('<h2 id="verdict">Passed</h2>')
})

test('an hour with four of the bursts costs at most a fifth of two pods', () => {
  const costs = hourCosts(exampleOf('burst'), 4, { perPod: 50, min: 2, max: 10 })
  expect(costs.map(({ name, knative, leastReplicas }) => [name, knative / leastReplicas <= 0.2])).toEqual([
    ['predict', true],
  ])
})
