import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'
import * as z from 'zod/mini'

import { Measurement } from '../measurement/measurement.ts'
import { verdictOf } from '../measurement/verdict.ts'

const names = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

test.each(names)('the example of a %s has the form of today, and has passed', (name) => {
  const measurement = z.parse(Measurement, JSON.parse(readFileSync(join(import.meta.dirname, name, 'report.json'), 'utf8')))
  const page = readFileSync(join(import.meta.dirname, name, 'report.html'), 'utf8')
  expect(measurement.verdict).toEqual(verdictOf(measurement, true))
  expect(measurement).toMatchObject({ script: name, isOnCluster: true, verdict: { isPassed: true } })
  expect(page).toContain('<h2 id="verdict">Passed</h2>')
})
