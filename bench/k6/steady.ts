// The same number of requests each second. `k6 run bench/k6/steady.ts -e URL=... -e HOST=... -e RATE=50`
import { askFunction } from './load/functions.ts'
import { optionsOf, usersFor } from './load/options.ts'
import { durationSeconds, functionName, rate } from './load/settings.ts'

const requestsPerSecond = rate(50)

export const options = optionsOf(
  {
    executor: 'constant-arrival-rate',
    rate: requestsPerSecond,
    duration: `${durationSeconds(60)}s`,
    ...usersFor(requestsPerSecond),
  },
  { functions: [functionName], p99Ms: 3000 },
)

export default function steady(): void {
  askFunction(functionName)
}
