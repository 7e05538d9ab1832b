// All four functions at once: digits, configs that are read and written, health and metrics.
// `k6 run bench/k6/mixed.ts -e URL='http://{function}.quartet.example.com'`
import exec from 'k6/execution'

import { askFunction } from './load/functions.ts'
import { optionsOf, usersFor } from './load/options.ts'
import { durationSeconds, rate } from './load/settings.ts'

/** Of ten requests, who gets each. */
const turns = [
  'predict',
  'configs',
  'predict',
  'configs',
  'predict',
  'configs',
  'health',
  'predict',
  'configs',
  'metrics',
]

const requestsPerSecond = rate(20)

export const options = optionsOf(
  {
    executor: 'constant-arrival-rate',
    rate: requestsPerSecond,
    duration: `${durationSeconds(60)}s`,
    ...usersFor(requestsPerSecond),
  },
  { functions: ['predict', 'configs', 'health', 'metrics'], p99Ms: 5000 },
)

export default function mixed(): void {
  askFunction(turns[exec.scenario.iterationInTest % turns.length] ?? 'predict')
}
