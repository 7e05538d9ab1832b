// Moderate load for long: what leaks or drifts shows. `k6 run bench/k6/soak.ts -e URL=... -e HOST=... -e DURATION=2h`
import { askFunction } from './load/functions.ts'
import { optionsOf, usersFor } from './load/options.ts'
import { durationSeconds, functionName, rate } from './load/settings.ts'

const requestsPerSecond = rate(20)

export const options = optionsOf(
  {
    executor: 'constant-arrival-rate',
    rate: requestsPerSecond,
    duration: `${durationSeconds(1800)}s`,
    ...usersFor(requestsPerSecond),
  },
  { functions: [functionName], p99Ms: 500 },
)

export default function soak(): void {
  askFunction(functionName)
}
