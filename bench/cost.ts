// What an hour of bursts costs, beside the same functions as Deployments that keep two pods: `npm run bench:cost -- REPORT`.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import * as z from 'zod/mini'

import { hourCosts, type HourCost } from './k6/cost/hour.ts'
import { Measurement } from './k6/measurement/measurement.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** How often the load comes in the hour. */
    times: { type: 'string', default: '4' },
    /** Requests a second that a pod of the Deployment carries. */
    'per-pod': { type: 'string', default: '50' },
  },
})
const file = positionals[0] ?? join(import.meta.dirname, 'k6/examples/burst/report.json')
const times = Number(values.times)
const perPod = Number(values['per-pod'])
const goal = 0.2

const measurement = z.parse(Measurement, JSON.parse(readFileSync(file, 'utf8')))
const costs = hourCosts(measurement, times, { perPod, min: 2, max: 10 })
const total = costs.reduce(added)

process.stdout.write(
  [
    `Pod-seconds of an hour in which ${measurement.script} comes ${times} times: ${measurement.totals.requests * times} requests`,
    `Knative: measured on ${measurement.startedAt.slice(0, 10)} from zero to zero, each pod until it was gone; between is nothing`,
    `HPA: computed, two pods at least, ${perPod} requests a second for each`,
    '',
    `${''.padEnd(10)}${['Knative', 'HPA, never more than 2', 'HPA by its rule', 'share of never more'].map((each) => each.padStart(24)).join('')}`,
    ...[...costs, { ...total, name: 'all' }].map(lineOf),
    '',
    shareOf(total) <= goal ? 'At most a fifth of two pods each: yes' : 'At most a fifth of two pods each: no',
    '',
  ].join('\n'),
)
if (shareOf(total) > goal) process.exitCode = 1

function lineOf(cost: HourCost): string {
  const cells = [cost.knative, cost.leastReplicas, cost.byRule].map((each) => Math.round(each).toLocaleString('en'))
  return `${cost.name.padEnd(10)}${[...cells, shareOf(cost).toFixed(2)].map((each) => each.padStart(24)).join('')}`
}

function shareOf({ knative, leastReplicas }: HourCost): number {
  return knative / leastReplicas
}

function added(one: HourCost, other: HourCost): HourCost {
  return {
    name: one.name,
    knative: one.knative + other.knative,
    leastReplicas: one.leastReplicas + other.leastReplicas,
    byRule: one.byRule + other.byRule,
  }
}
