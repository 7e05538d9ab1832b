import { reasonOf } from '../../reason.ts'
import { hasStableTraffic, type Measurement } from '../analysis.ts'
import { parseCondition } from '../condition.ts'
import { candidateTag, stableTag } from '../desired.ts'
import { durationText } from '../duration.ts'
import type { Metric } from '../metric.ts'
import type { Rollout } from '../state.ts'
import { runK6, runScript, type Found } from './program.ts'
import { Prometheus } from './prometheus.ts'
import { filledIn, queriesFor } from './queries.ts'

/** Where the revisions are. */
interface Place {
  readonly service: string
  readonly namespace: string
  /** Addresses of the tags, which programs find in their environment. */
  readonly urls: Readonly<Record<string, string>>
}

interface Values {
  readonly result?: number | undefined
  readonly stable?: number | undefined
  /** Why there is nothing to judge. */
  readonly missing?: string | undefined
}

/** Measures a candidate by all metrics of its plan, at the same time. What cannot be measured has no verdict. */
export function measure(rollout: Rollout, place: Place): Promise<Measurement[]> {
  const round = new Round(rollout, place)
  return Promise.all(rollout.plan.analysis.metrics.map((metric) => round.measurementOf(metric)))
}

class Round {
  readonly #rollout: Rollout
  readonly #place: Place
  readonly #isCompared: boolean
  readonly #requests = new Map<string, Promise<number>>()

  constructor(rollout: Rollout, place: Place) {
    this.#rollout = rollout
    this.#place = place
    const stage = rollout.plan.stages[rollout.stage]
    this.#isCompared = stage !== undefined && hasStableTraffic(rollout.plan, stage)
  }

  async measurementOf(metric: Metric): Promise<Measurement> {
    try {
      if (metric.script !== undefined) return judgedProgram(metric, await runScript(metric.script, this.#environment()))
      if (metric.k6 !== undefined) return judgedProgram(metric, await runK6(metric.k6, this.#environment()))
      return judged(metric, await this.#values(metric), this.#isCompared)
    } catch (error) {
      return { metric: metric.name, verdict: 'none', detail: reasonOf(error) }
    }
  }

  async #values(metric: Metric): Promise<Values> {
    const { stable, candidate } = this.#rollout
    const missing = await this.#tooFew(candidate)
    if (missing !== undefined) return { missing }
    const result = await this.#ask(metric, candidate)
    if (!this.#isCompared || !needsStable(metric)) return { result }
    return { result, missing: await this.#tooFew(stable), stable: await this.#ask(metric, stable) }
  }

  async #tooFew(revision: string): Promise<string | undefined> {
    const { minimumRequests, windowMs } = this.#rollout.plan.analysis
    if (minimumRequests === 0) return undefined
    const known = this.#requests.get(revision) ?? this.#countRequests(revision)
    this.#requests.set(revision, known)
    const requests = Math.round(await known)
    if (requests >= minimumRequests) return undefined
    return `${revision} got ${requests} requests in ${durationText(windowMs)}, and ${minimumRequests} are needed`
  }

  async #countRequests(revision: string): Promise<number> {
    const { requests } = queriesFor(this.#rollout.plan.analysis.series)
    return (await this.#prometheus().number(filledIn(requests, this.#texts(revision)))) ?? 0
  }

  #ask(metric: Metric, revision: string): Promise<number | undefined> {
    const { name, arguments: given = {} } = metric
    const query = metric.query ?? queriesFor(this.#rollout.plan.analysis.series).byMetric[name]
    if (query === undefined) throw new Error(`The metric ${name} has no query`)
    return this.#prometheus().number(filledIn(query, { ...given, ...this.#texts(revision) }))
  }

  #prometheus(): Prometheus {
    const { prometheus } = this.#rollout.plan.analysis
    if (prometheus === undefined) throw new Error('No Prometheus is given')
    return new Prometheus(prometheus)
  }

  #texts(revision: string): Record<string, string> {
    const { service, namespace } = this.#place
    const { stable, candidate, plan } = this.#rollout
    return { service, namespace, revision, stable, candidate, window: durationText(plan.analysis.windowMs) }
  }

  #environment(): Record<string, string> {
    const { service, namespace, urls } = this.#place
    const { stable, candidate } = this.#rollout
    return {
      ROLLOUT_SERVICE: service,
      ROLLOUT_NAMESPACE: namespace,
      ROLLOUT_STABLE: stable,
      ROLLOUT_CANDIDATE: candidate,
      ROLLOUT_STABLE_URL: urls[stableTag] ?? '',
      ROLLOUT_CANDIDATE_URL: urls[candidateTag] ?? '',
    }
  }
}

function judgedProgram(metric: Metric, { isGood, result, stable, detail }: Found): Measurement {
  if (isGood === undefined) return { metric: metric.name, verdict: 'none', detail }
  if (isGood && result !== undefined) return judged(metric, { result, stable }, stable !== undefined)
  return { metric: metric.name, verdict: isGood ? 'pass' : 'fail', detail, ...(result !== undefined && { result }) }
}

function judged(metric: Metric, { result, stable, missing }: Values, isCompared: boolean): Measurement {
  const { name, condition, againstStable } = metric
  const measured = { metric: name, ...(result !== undefined && { result }), ...(stable !== undefined && { stable }) }
  if (missing !== undefined) return { ...measured, verdict: 'none', detail: missing }
  if (result === undefined) return { ...measured, verdict: 'none', detail: 'there is no such series yet' }
  const conditions = [condition, isCompared ? againstStable : undefined].filter((text) => text !== undefined)
  for (const text of conditions) {
    const { needsStable: needs, holds } = parseCondition(text)
    const values = `result is ${shown(result)}${needs && stable !== undefined ? `, stable ${shown(stable)}` : ''}`
    if (needs && stable === undefined) {
      return { ...measured, verdict: 'none', detail: `there is no such series of the stable revision yet` }
    }
    if (!holds({ result, stable })) return { ...measured, verdict: 'fail', detail: `${text} does not hold: ${values}` }
  }
  return { ...measured, verdict: 'pass', detail: conditions.join(' && ') }
}

function needsStable({ condition, againstStable }: Metric): boolean {
  return [condition, againstStable].some((text) => text !== undefined && parseCondition(text).needsStable)
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)))
}
