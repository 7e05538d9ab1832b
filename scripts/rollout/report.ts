import { isAnalysed, type Measurement } from './analysis.ts'
import { durationText } from './duration.ts'
import type { Plan, Stage } from './plan.ts'
import type { Entry, Phase, Rollout, State } from './state.ts'

/** One measurement for people: `success-rate passes: 0.998 (result >= 0.95)`. */
export function describeMeasurement({ metric, verdict, result, stable, detail }: Measurement): string {
  const beside = stable === undefined ? '' : `, stable ${shown(stable)}`
  const value = result === undefined ? '' : `: ${shown(result)}${beside}`
  const verb = { pass: 'passes', fail: 'fails', none: 'has nothing to judge' }[verdict]
  return `${metric} ${verb}${value} (${detail})`
}

/** What a rollout is about to do, before it does it. */
export function describeBeginning({ candidate, stable, change, plan }: Rollout): string {
  return `${candidate} (${change}) is to take over from ${stable}, ${plan.strategy}: ${plan.stages.map(describeStage).join(', ')}\n`
}

const phases: Readonly<Record<Phase, (rollout: Rollout) => string>> = {
  creating: ({ candidate }) => `waiting until ${candidate} is ready`,
  warming: ({ candidate, candidateScale }) => {
    return `waiting until ${candidate} has ${candidateScale === 1 ? 'a pod' : `${candidateScale} pods`} and its tag`
  },
  judging: (rollout) => {
    const stage = rollout.plan.stages[rollout.stage]
    return stage === undefined ? 'at the end' : describeJudging(rollout, stage)
  },
  finishing: ({ candidate }) => `${candidate} has all traffic, clearing up`,
  restoring: ({ stable, reason }) => `${stable} has all traffic again: ${reason ?? ''}`,
}

/** Where a rollout is. */
export function describePhase(rollout: Rollout): string {
  return phases[rollout.phase](rollout)
}

/** How a rollout has ended. */
export function describeEntry({ outcome, candidate, revision, change, reason, measurements }: Entry): string {
  const lines = [
    `${candidate} (${change}) was ${outcome}. ${revision} has all traffic.`,
    ...(reason === undefined ? [] : [reason]),
    ...(outcome === 'aborted' ? measurements.map((measurement) => `  ${describeMeasurement(measurement)}`) : []),
  ]
  return `${lines.join('\n')}\n`
}

/** All that is known, for `status`. */
export function describeState({ rollout, history: [last] }: State): string {
  if (rollout === undefined) {
    return last === undefined
      ? 'There was no rollout yet.\n'
      : `No rollout is under way. The last one: ${describeEntry(last)}`
  }
  const tallies = Object.values(rollout.tallies)
  const lines = tallies.map(({ passes, failures, last: measurement }) => {
    return `  ${describeMeasurement(measurement)}; ${passes} passed, ${failures} failed\n`
  })
  return `${describeBeginning(rollout)}${describePhase(rollout)}\n${lines.join('')}`
}

/** Past rollouts, the newest first, as a table. */
export function describeHistory({ history }: State): string {
  if (history.length === 0) return 'There was no rollout yet.\n'
  const rows = history.map(({ endedAtMs, startedAtMs, outcome, strategy, revision, change, reason }) => [
    new Date(endedAtMs).toISOString().slice(0, 19),
    durationText(Math.round((endedAtMs - startedAtMs) / 1_000) * 1_000),
    outcome,
    strategy,
    revision,
    reason === undefined ? change : `${change}: ${reason}`,
  ])
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`).join('')
}

function describeStage({ moment, weight, minimumMs, isManual }: Stage): string {
  const pause = isManual ? 'until promoted' : durationText(minimumMs)
  return `${moment === 'before' ? 'preview' : `${weight} %`} ${pause}`
}

function describeJudging({ plan, candidate, isApproved }: Rollout, stage: Stage): string {
  const who = stage.moment === 'before' ? `${candidate} has its tag and no users` : `${candidate} has ${stage.weight} %`
  const wait = stage.isManual && !isApproved ? ', until `quartet rollout promote`' : ''
  return `${who}, ${judging(plan, stage)}${wait}`
}

function judging(plan: Plan, stage: Stage): string {
  if (!isAnalysed(plan, stage)) return 'not judged'
  return `judged by ${plan.analysis.metrics.map(({ name }) => name).join(', ')}`
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)))
}
