import * as z from 'zod/mini'

import { Duration, durationText } from './duration.ts'

/** A share of the traffic, and how long it stays so at least. */
export interface Step {
  /** Percent. */
  readonly weight: number
  readonly pauseMs: number
  /** Whether it ends only when somebody says so, with `quartet rollout promote`. */
  readonly isManual: boolean
}

const manual = 'manual'

/** Steps as `10:30s,50:manual,100`: weights that grow to 100, each but the last with a pause. */
export const Steps = z.pipe(
  z.string(),
  z.transform((text, context): Step[] => {
    try {
      return stepsOf(text)
    } catch (error) {
      context.issues.push({ code: 'custom', input: text, message: (error as Error).message })
      return z.NEVER
    }
  }),
)

/** Steps as they are written. */
export function stepsText(steps: readonly Step[]): string {
  const texts = steps.map(({ weight, pauseMs, isManual }) => {
    const pause = isManual ? manual : durationText(pauseMs)
    return weight === 100 ? '100' : `${weight}:${pause}`
  })
  return texts.join(',')
}

function stepsOf(text: string): Step[] {
  const steps = text.split(',').map((part) => stepOf(part.trim()))
  for (const [index, { weight }] of steps.entries()) {
    const before = steps[index - 1]?.weight ?? 0
    if (weight <= before) throw new Error(`Expected weights that grow, and ${weight} comes after ${before}`)
  }
  const last = steps.at(-1)
  if (last?.weight !== 100) throw new Error('Expected the last step to be 100')
  if (last.isManual || last.pauseMs > 0) {
    throw new Error('Expected no pause after 100: keep is how long the old revision is kept')
  }
  return steps
}

function stepOf(text: string): Step {
  const [, weight, pause = '0s'] = /^(\d{1,3})(?::(.+))?$/.exec(text) ?? []
  const percent = Number(weight)
  if (weight === undefined || percent < 1 || percent > 100) {
    throw new Error(`Expected a weight from 1 to 100 and a pause, such as 10:30s, not "${text}"`)
  }
  if (pause === manual) return { weight: percent, pauseMs: 0, isManual: true }
  const { success, data } = z.safeParse(Duration, pause)
  if (!success) throw new Error(`Expected a pause such as 30s or "${manual}", not "${pause}"`)
  return { weight: percent, pauseMs: data, isManual: false }
}
