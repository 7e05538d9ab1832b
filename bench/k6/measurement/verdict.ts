import { count, milliseconds } from '../report/format.ts'
import type { Finding, Measurement, Verdict } from './measurement.ts'
import type { Threshold } from './thresholds.ts'

type Judged = Pick<Measurement, 'totals' | 'scale' | 'thresholds'>

/**
 * Judges a load: by the thresholds of its script, and, on a cluster, by whether pods came and went.
 * @param returnsToZero whether no pod is to be left at the end
 */
export function verdictOf(judged: Judged, returnsToZero: boolean): Verdict {
  const { thresholds, scale } = judged
  const findings = [
    answersFinding(judged),
    ...thresholds.flatMap((threshold) => thresholdFinding(threshold, judged)),
    ...Object.entries(scale).map(([name, each]) => podsFinding(name, each)),
    ...(returnsToZero ? Object.entries(scale).map(([name, each]) => zeroFinding(name, each)) : []),
  ]
  return { isPassed: findings.every(({ isMet }) => isMet), findings }
}

function answersFinding({ totals }: Judged): Finding {
  const { requests, succeeded, failures } = totals
  if (requests === 0) return { text: 'No request was sent.', isMet: false }
  if (succeeded === requests)
    return { text: `All ${count(requests)} requests were answered with success.`, isMet: true }
  const kinds = Object.entries(failures).map(([kind, times]) => `${count(times)} of ${kind}`)
  return {
    text: `${count(requests - succeeded)} of ${count(requests)} requests failed: ${kinds.join(', ')}.`,
    isMet: false,
  }
}

/** The rule on failures is told with the answers. */
function thresholdFinding({ metric, rule, isMet }: Threshold, { totals }: Judged): Finding[] {
  if (metric === 'http_req_failed' && rule === 'rate==0') return []
  if (metric === 'checks' && rule === 'rate==1') {
    return [{ text: isMet ? 'Each answer had what was asked for.' : 'Not each answer had what was asked for.', isMet }]
  }
  if (metric === 'dropped_iterations' && rule === 'count==0') {
    const text = isMet
      ? 'Every request was sent when it was due.'
      : `${count(totals.dropped)} requests were due and not sent: k6 had no user free, since answers took too long.`
    return [{ text, isMet }]
  }
  const [, name] = /^http_req_duration\{function:(.+)\}$/.exec(metric) ?? []
  const [, limit] = /^p\(99\)<(\d+)$/.exec(rule) ?? []
  if (name !== undefined && limit !== undefined) {
    const within = milliseconds(Number(limit))
    const took = milliseconds(totals.byFunction[name]?.latency.p99)
    return [{ text: `99 of 100 answers of ${name} took ${took} at most; ${within} are allowed.`, isMet }]
  }
  return [{ text: `The threshold ${metric}: ${rule} ${isMet ? 'held' : 'was crossed'}.`, isMet }]
}

function podsFinding(name: string, { atBegin, mostWanted, mostReady }: Measurement['scale'][string]): Finding {
  const isMet = mostReady >= mostWanted
  const came = isMet ? 'as many as the autoscaler wanted' : `and the autoscaler wanted ${mostWanted}`
  return { text: `${name} had ${podsOf(atBegin)} at first and ${mostReady} at most, ${came}.`, isMet }
}

function zeroFinding(name: string, { atEnd }: Measurement['scale'][string]): Finding {
  const isMet = atEnd === 0
  const text = isMet ? `${name} went back to zero.` : `${name} still had ${podsOf(atEnd)} when the measurement ended.`
  return { text, isMet }
}

function podsOf(number: number): string {
  return number === 1 ? '1 pod' : `${number} pods`
}
