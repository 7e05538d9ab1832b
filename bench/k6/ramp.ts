// From no request to many and back to none: pods follow. `k6 run bench/k6/ramp.ts -e URL=... -e HOST=... -e MAX=200`
import { askFunction } from './load/functions.ts'
import { optionsOf, usersFor } from './load/options.ts'
import { durationSeconds, functionName, most } from './load/settings.ts'

const highest = most(200)
const seconds = durationSeconds(180)
const slopeSeconds = Math.round(seconds * 0.4)

export const options = optionsOf(
  {
    executor: 'ramping-arrival-rate',
    startRate: 0,
    stages: [
      { target: highest, duration: `${slopeSeconds}s` },
      { target: highest, duration: `${seconds - 2 * slopeSeconds}s` },
      { target: 0, duration: `${slopeSeconds}s` },
    ],
    ...usersFor(highest),
  },
  { functions: [functionName], p99Ms: 3000 },
)

export default function ramp(): void {
  askFunction(functionName)
}
