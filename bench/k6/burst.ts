// Many users come at the same moment, find no pod, and each asks again a second after its answer.
// `k6 run bench/k6/burst.ts -e URL=... -e HOST=... -e MAX=50`
import { sleep } from 'k6'

import { askFunction } from './load/functions.ts'
import { optionsOf } from './load/options.ts'
import { durationSeconds, functionName, most } from './load/settings.ts'

export const options = optionsOf(
  { executor: 'constant-vus', vus: most(50), duration: `${durationSeconds(20)}s`, gracefulStop: '30s' },
  { functions: [functionName], p99Ms: 10_000 },
)

export default function burst(): void {
  askFunction(functionName)
  sleep(1)
}
