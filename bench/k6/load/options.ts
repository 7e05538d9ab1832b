import type { Options, Scenario } from 'k6/options'

interface Goal {
  /** Which functions are asked. */
  readonly functions: readonly string[]
  /** How long 99 of 100 answers may take; where pods start from zero, that is the time of a start and more. */
  readonly p99Ms: number
}

/** The options of a script. All its requests are to be sent, and each is to be answered with what it asked for. */
export function optionsOf(scenario: Scenario, { functions, p99Ms }: Goal): Options {
  const durations = functions.map((name) => [`http_req_duration{function:${name}}`, [`p(99)<${p99Ms}`]] as const)
  return {
    scenarios: { load: scenario },
    thresholds: {
      http_req_failed: ['rate==0'],
      checks: ['rate==1'],
      dropped_iterations: ['count==0'],
      ...Object.fromEntries(durations),
    },
    // Every tag makes a line of the JSON output longer.
    systemTags: ['status', 'error_code'],
    summaryTrendStats: ['min', 'med', 'p(95)', 'p(99)', 'max'],
    userAgent: 'quartet-bench',
  }
}

/** How many users k6 has ready to send so many requests a second, where an answer takes up to two seconds from zero. */
export function usersFor(requestsPerSecond: number): { preAllocatedVUs: number; maxVUs: number } {
  return { preAllocatedVUs: Math.max(20, requestsPerSecond), maxVUs: Math.max(100, requestsPerSecond * 5) }
}
