import type { Point } from './strokes.ts'

/** What draws, whoever moves it. */
export interface Pen {
  readonly isDown: boolean
  putDown(point: Point): void
  moveTo(point: Point): void
  lift(): void
}
