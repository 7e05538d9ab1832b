// One request after each return to zero. `k6 run bench/k6/cold.ts -e URL=... -e HOST=... -e ROUNDS=5`
import { askFunction } from './load/functions.ts'
import { optionsOf } from './load/options.ts'
import { functionName, rounds } from './load/settings.ts'
import { waitForZero } from './load/zero.ts'

export const options = optionsOf(
  { executor: 'shared-iterations', vus: 1, iterations: rounds(5), maxDuration: '2h', gracefulStop: '60s' },
  { functions: [functionName], p99Ms: 5000 },
)

export default function cold(): void {
  waitForZero()
  askFunction(functionName)
}
