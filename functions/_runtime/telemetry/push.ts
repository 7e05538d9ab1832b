import type { Reading } from './reading.ts'

/** What a process tells of itself: all that it has counted since it began, so that one that is lost is made up for. */
export interface Push {
  /** A UUID that the process made for itself. */
  readonly process: string
  /** Greater than in every push of the process before; what arrives later than a greater one changes nothing. */
  readonly sequence: number
  /** Whether none of its pushes is known to have been kept. */
  readonly isFirst: boolean
  /** Whether the process ends, and nothing comes after it. */
  readonly isLast: boolean
  readonly readings: readonly Reading[]
  /** What the process was counted for already, under a name that has been forgotten since. */
  readonly base?: readonly Reading[] | undefined
}

/**
 * `kept`: it is in the totals, or something later is. `forgotten`: the process is not known any more, and everything that it
 * was known for is in the totals; it has to come back under another name.
 */
export type Outcome = 'kept' | 'forgotten'

/** Where pushes go. */
export interface Sink {
  /** @throws where it is not known whether the push was kept; what the process holds is pushed again later */
  push(push: Push): Promise<Outcome>
  close(): Promise<void>
}
