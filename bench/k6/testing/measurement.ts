import type { Measurement } from '../measurement/measurement.ts'
import { verdictOf } from '../measurement/verdict.ts'

/** A load of a minute that went well: up to 30 requests a second and three pods, and back. */
export function measurementOf(script: string, functions: readonly string[] = ['predict']): Measurement {
  const latency = { p50: 9, p95: 31, p99: 60, max: 1900 }
  const judged = {
    totals: {
      requests: 1000,
      succeeded: 1000,
      dropped: 0,
      failures: {},
      cold: 4,
      starts: 3,
      latency,
      coldLatency: { p50: 1500, p95: 1900, p99: 1900, max: 1900 },
      mostOffered: 30,
      byFunction: Object.fromEntries(functions.map((name) => [name, { requests: 1000, succeeded: 1000, latency }])),
    },
    scale: Object.fromEntries(
      functions.map((name) => [name, { atBegin: 0, mostWanted: 3, mostReady: 3, atEnd: 0, podSeconds: 120 }]),
    ),
    thresholds: [
      { metric: 'checks', rule: 'rate==1', isMet: true },
      { metric: 'dropped_iterations', rule: 'count==0', isMet: true },
      { metric: 'http_req_duration{function:predict}', rule: 'p(99)<3000', isMet: true },
      { metric: 'http_req_failed', rule: 'rate==0', isMet: true },
    ],
  }
  return {
    script,
    functions: [...functions],
    startedAt: '2026-11-21T21:44:00.000Z',
    command: `quartet bench ${script} --kube`,
    seconds: 60,
    intervalSeconds: 1,
    isOnCluster: true,
    ...judged,
    verdict: verdictOf(judged, true),
    moments: Array.from({ length: 60 }, (_, at) => {
      const offered = Math.max(0, 30 - Math.abs(30 - at))
      const pods = at < 5 || at > 55 ? 0 : Math.ceil(offered / 10)
      const scale = { wanted: pods, ready: pods, existing: pods, isActivatorInPath: at < 10 || at > 50 }
      return {
        at,
        offered,
        achieved: offered,
        failed: 0,
        cold: at === 3 ? 4 : 0,
        latency: offered > 0 ? { p50: 5 + at / 10, p95: 25, p99: at === 3 ? 1900 : 60, max: 1900 } : {},
        scale: Object.fromEntries(functions.map((name) => [name, scale])),
      }
    }),
  }
}
