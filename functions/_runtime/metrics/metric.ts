import type { Observations } from './observations.ts'

export type Labels = Readonly<Record<string, string>>

interface Description {
  readonly name: string
  readonly help: string
}

/** A metric as the process counts it: asked for its series whenever somebody wants to know. */
export type Metric =
  | (Description & {
      readonly type: 'counter' | 'gauge'
      /** Whole numbers. */
      readonly series: () => Iterable<{ readonly labels: Labels; readonly value: number }>
    })
  | (Description & {
      readonly type: 'histogram'
      readonly series: () => Iterable<{ readonly labels: Labels; readonly observations: Observations }>
    })
