import { setTimeout as sleep } from 'node:timers/promises'

import { runK6 } from './k6-process.ts'
import type { Measurement } from './measurement.ts'
import { servePodList, type PodList } from './pod-list.ts'
import type { Scaling } from './scaling.ts'
import type { Shape } from './shapes.ts'
import { Tally } from './tally.ts'
import { verdictOf } from './verdict.ts'

export interface Plan {
  readonly shape: Shape
  readonly functions: readonly string[]
  /** The command that this is, for the report. */
  readonly command: string
  /** What the script reads. */
  readonly variables: Readonly<Record<string, string>>
  /** Without it, only requests are measured. */
  readonly scaling?: Scaling
  /** How long pods are waited for, before the load and after it, to be gone. */
  readonly settleSeconds: number
  readonly signal: AbortSignal
}

/** Tells how far a measurement is; undefined stands for the line before, which is over. */
export type Tell = (stage: string, tally?: Tally) => void

const secondMs = 1000
/** What there was before a load and after it. */
const marginSeconds = 3

/** Sends a load, and measures what comes of it. */
export async function measure(plan: Plan, tell: Tell): Promise<Measurement> {
  const { shape, scaling, settleSeconds, signal } = plan
  let list: PodList | undefined
  try {
    if (scaling) {
      await scaling.begin()
      list = await servePodList(scaling)
      if (shape.fromZero) await untilZero(scaling, settleSeconds, signal, () => tell('waiting until no pod is left'))
    }
    return await measureLoad(plan, tell, list?.url)
  } finally {
    await list?.close()
    await scaling?.end()
  }
}

async function measureLoad(plan: Plan, tell: Tell, podsUrl: string | undefined): Promise<Measurement> {
  const { shape, functions, command, variables, scaling, settleSeconds, signal } = plan
  const beganAtMs = Date.now()
  const tally = new Tally(beganAtMs, scaling && ((name, timeMs) => scaling.hadNoPodAt(name, timeMs)))
  let stage = 'starting'
  let failure: unknown
  const look = (): void => {
    try {
      tally.sample(Date.now(), scaling?.sample() ?? {})
      tell(stage, tally)
    } catch (error) {
      failure ??= error
    }
  }
  look()
  const timer = setInterval(look, secondMs)
  try {
    await pause(marginSeconds, signal)
    stage = 'load'
    const given = podsUrl === undefined ? variables : { ...variables, PODS: podsUrl }
    const thresholds = await runK6(shape.file, given, (sample) => tally.see(sample), signal)
    stage = 'waiting for the pods to go'
    if (scaling) await untilZero(scaling, settleSeconds, signal)
    await pause(marginSeconds, signal)
    if (failure !== undefined) throw failure
    const judged = { totals: tally.totals(), scale: tally.scale(), thresholds }
    return {
      script: shape.name,
      functions: [...functions],
      startedAt: new Date(beganAtMs).toISOString(),
      command,
      seconds: tally.seconds,
      intervalSeconds: tally.intervalSeconds,
      isOnCluster: scaling !== undefined,
      ...judged,
      verdict: verdictOf(judged, settleSeconds > 0),
      moments: tally.moments(),
    }
  } finally {
    clearInterval(timer)
  }
}

async function untilZero(
  scaling: Scaling,
  limitSeconds: number,
  signal: AbortSignal,
  waiting: () => void = () => undefined,
): Promise<void> {
  // The watches tell of what is there soon after they began.
  await pause(1, signal)
  const givenUpAt = performance.now() + limitSeconds * secondMs
  while (performance.now() < givenUpAt && !signal.aborted) {
    if (Object.values(scaling.sample()).every(({ existing }) => existing === 0)) return
    waiting()
    await pause(0.5, signal)
  }
}

async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await sleep(seconds * secondMs, undefined, { signal }).catch(() => undefined)
}
