import { join } from 'node:path'

/** A script that k6 runs. */
export interface Shape {
  readonly name: string
  readonly file: string
  /** What it shows, in a line. */
  readonly purpose: string
  /** Whether it begins when no pod is left. */
  readonly fromZero: boolean
  /** Whether it asks all functions, or one. */
  readonly asksAll: boolean
}

function shape(name: string, purpose: string, { fromZero = false, asksAll = false } = {}): Shape {
  return { name, file: join(import.meta.dirname, '..', `${name}.ts`), purpose, fromZero, asksAll }
}

/** The scripts of this folder's parent. */
export const shapes: readonly Shape[] = [
  shape('ramp', 'From no request to many and back to none.', { fromZero: true }),
  shape('burst', 'Many users come at the same moment and find no pod.', { fromZero: true }),
  shape('steady', 'The same number of requests each second.'),
  shape('cold', 'One request after each return to zero.', { fromZero: true }),
  shape('soak', 'Moderate load for long.'),
  shape('mixed', 'All four functions at once.', { fromZero: true, asksAll: true }),
]
