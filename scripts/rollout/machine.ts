import { faultIn, hasPassed, isAnalysed, tallied, type Measurement } from './analysis.ts'
import { durationText } from './duration.ts'
import type { Observed } from './observed.ts'
import type { Phase, Rollout } from './state.ts'

const mostCharacters = 300

type Decision = (
  rollout: Rollout,
  observed: Observed,
  measurements: readonly Measurement[],
  nowMs: number,
) => Rollout | undefined

const decisions: Readonly<Record<Phase, Decision>> = {
  creating: (rollout, observed, _, nowMs) => created(rollout, observed, nowMs),
  warming: (rollout, observed, _, nowMs) => warmed(rollout, observed, nowMs),
  judging: judged,
  finishing: (rollout, observed, _, nowMs) => finished(rollout, observed, nowMs),
  restoring: (rollout, observed, _, nowMs) => restored(rollout, observed, nowMs),
}

/**
 * Decides how a rollout goes on from what was seen and measured. It does nothing itself, so it can be asked again: what
 * comes of it is written, and the next process that reads it goes on from there.
 * @returns the rollout itself when it stays as it is, and undefined when it has ended
 */
export const advance: Decision = (rollout, ...seen) => decisions[rollout.phase](rollout, ...seen)

/** Goes back to the stable revision. */
export function aborted(rollout: Rollout, reason: string, nowMs: number): Rollout {
  return { ...entering(rollout, 'restoring', nowMs), reason }
}

/** Lets a rollout go on at once: over the stage that waits for it, and those after it that users see only in part. */
export function promoted(rollout: Rollout, nowMs: number): Rollout {
  const approved = { ...rollout, isApproved: true }
  const { phase, plan, stage } = rollout
  if (phase !== 'judging' || plan.stages[stage]?.weight === 100) return approved
  const last = plan.stages.findIndex(({ weight }) => weight === 100)
  return last === -1 ? entering(approved, 'finishing', nowMs) : atStage(approved, last, nowMs)
}

function created(rollout: Rollout, observed: Observed, nowMs: number): Rollout {
  const fault = unreadyFault(rollout, observed, nowMs)
  if (fault !== undefined) return aborted(rollout, fault, nowMs)
  return observed.candidate.ready === 'True' ? entering(rollout, 'warming', nowMs) : rollout
}

function warmed(rollout: Rollout, observed: Observed, nowMs: number): Rollout {
  const fault = unreadyFault(rollout, observed, nowMs)
  if (fault !== undefined) return aborted(rollout, fault, nowMs)
  const isWarm = observed.isRouted && observed.isSettled && observed.candidate.pods >= rollout.candidateScale
  return isWarm ? atStage(rollout, 0, nowMs) : rollout
}

function unreadyFault({ candidate, plan, sinceMs }: Rollout, observed: Observed, nowMs: number): string | undefined {
  if (observed.candidate.ready === 'False') return `Revision ${candidate} does not start${because(observed)}.`
  if (nowMs - sinceMs < plan.readyTimeoutMs) return undefined
  return `Revision ${candidate} was not ready within ${durationText(plan.readyTimeoutMs)}${because(observed)}.`
}

function judged(rollout: Rollout, observed: Observed, measurements: readonly Measurement[], nowMs: number): Rollout {
  const { plan, stage: index, candidate } = rollout
  const stage = plan.stages[index]
  if (stage === undefined) return entering(rollout, 'finishing', nowMs)
  if (isBroken(observed.candidate.ready)) {
    return aborted(rollout, `Revision ${candidate} is no longer ready${because(observed)}.`, nowMs)
  }
  const tallies = tallied(rollout.tallies, measurements, nowMs)
  const known = measurements.length === 0 ? rollout : { ...rollout, tallies, measuredAtMs: nowMs }
  const fault = faultIn(plan.analysis, tallies, nowMs)
  if (fault !== undefined) return aborted(known, fault, nowMs)
  const isLongEnough = nowMs - rollout.sinceMs >= stage.minimumMs
  const isApproved = !stage.isManual || rollout.isApproved
  const isGood = !isAnalysed(plan, stage) || hasPassed(plan.analysis, tallies)
  return isLongEnough && isApproved && isGood ? atStage(known, index + 1, nowMs) : known
}

function finished(rollout: Rollout, observed: Observed, nowMs: number): Rollout | undefined {
  const { candidate, stable } = observed
  return isBroken(candidate.ready) && stable.ready === 'True'
    ? aborted(rollout, `Revision ${rollout.candidate} is no longer ready${because(observed)}.`, nowMs)
    : settled(rollout, observed)
}

function restored(rollout: Rollout, observed: Observed, nowMs: number): Rollout | undefined {
  const { candidate, stable } = observed
  // Nobody is helped by going back to what does not run either.
  return isBroken(stable.ready) && candidate.ready === 'True'
    ? entering(rollout, 'finishing', nowMs)
    : settled(rollout, observed)
}

function settled(rollout: Rollout, { isRouted, isSettled }: Observed): Rollout | undefined {
  return isRouted && isSettled ? undefined : rollout
}

function atStage(rollout: Rollout, stage: number, nowMs: number): Rollout {
  if (stage >= rollout.plan.stages.length) return entering(rollout, 'finishing', nowMs)
  // What was measured counts for the stage in which it was.
  const { measuredAtMs: _, ...rest } = rollout
  return { ...entering(rest, 'judging', nowMs), stage, tallies: {}, isApproved: false }
}

function entering(rollout: Rollout, phase: Rollout['phase'], nowMs: number): Rollout {
  return { ...rollout, phase, sinceMs: nowMs }
}

function isBroken(ready: string): boolean {
  return ready === 'False' || ready === 'Missing'
}

/** What keeps a candidate from being ready, in one line: it can be the last that a container has logged. */
function because({ candidate: { trouble } }: Observed): string {
  const line = (trouble ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, mostCharacters)
  return line === '' ? '' : `: ${line.replace(/\.$/, '')}`
}
