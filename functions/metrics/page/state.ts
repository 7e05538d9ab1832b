import { leastMs, windowMs, type Rates } from './rates.ts'
import { sumOf, type Totals } from './totals.ts'

/** What there is to know about the numbers that are shown. */
export function stateOf({ functions }: Totals, rates: Rates | undefined): string {
  const answered = Object.keys(functions).filter((name) => sumOf(functions[name]?.requests ?? {}) > 0)
  if (answered.every((name) => name === 'metrics'))
    return 'Nothing but metrics itself, which this page asks, has answered a request yet. Call a function, and it is here.'
  if (!rates)
    return `Measuring: rates begin after ${leastMs / 1000} s, since processes tell what they have counted every 10 to 15 s.`
  return `Rates and latencies are those of the last ${windowMs / 1000} s.`
}
