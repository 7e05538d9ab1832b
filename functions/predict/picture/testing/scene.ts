import { pixels, side } from '../../model.ts'
import type { Plane } from '../plane.ts'

/** Something for each place of a picture: ink, or light. */
export type Field = (x: number, y: number) => number

/** @param greyAt the middle of a pixel */
export function picture(width: number, height: number, greyAt: Field): Plane {
  const values = Float32Array.from({ length: width * height }, (_, index) => {
    const row = Math.floor(index / width)
    return Math.min(1, Math.max(0, greyAt(index - row * width + 0.5, row + 0.5)))
  })
  return { width, height, values }
}

/** @returns samples of 8 bits */
export function greysOf({ values }: Plane): Uint8Array {
  return Uint8Array.from(values, (value) => Math.round(value * 255))
}

/** The ink of a test digit, on a field of 28 x 28. */
export function inkOf(image: Float32Array): Field {
  if (image.length !== pixels) throw new Error('That is no image.')
  const at = (column: number, row: number): number =>
    column < 0 || row < 0 || column >= side || row >= side ? 0 : (image[row * side + column] ?? 0)
  return (x, y) => {
    const column = Math.floor(x - 0.5)
    const row = Math.floor(y - 0.5)
    const right = x - 0.5 - column
    const down = y - 0.5 - row
    const above = (1 - right) * at(column, row) + right * at(column + 1, row)
    const below = (1 - right) * at(column, row + 1) + right * at(column + 1, row + 1)
    return (1 - down) * above + down * below
  }
}

/** Ink that is there or not, as a pen leaves it. */
export function sharp(ink: Field): Field {
  return (x, y) => Math.min(1, Math.max(0, 6 * (ink(x, y) - 0.5) + 0.5))
}

/** Puts a field of 28 x 28 where and as large as is wanted. */
export function placed(ink: Field, left: number, top: number, scale: number): Field {
  const size = side * scale
  return (x, y) => {
    const isOnIt = x > left && y > top && x < left + size && y < top + size
    return isOnIt ? ink((x - left) / scale, (y - top) / scale) : 0
  }
}

/** As a camera sees it that is not in focus. */
export function blurred(ink: Field, radius: number): Field {
  const around = [
    [-radius, -radius],
    [radius, -radius],
    [-radius, radius],
    [radius, radius],
  ] as const
  return (x, y) => around.reduce((sum, [right, down]) => sum + ink(x + right, y + down), 0) / around.length
}

/** As a camera sees it from the side: what is lower is larger, and leans. */
export function askew(ink: Field, width: number, height: number): Field {
  return (x, y) => {
    const depth = 0.8 + (0.4 * y) / height
    return ink(width / 2 + (x - width / 2 - 0.12 * (y - height / 2)) / depth, height / 2 + (y - height / 2) / depth)
  }
}

/** The same random numbers each time. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** @returns 0..1 */
  uniform(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
    return this.#state / 2 ** 32
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform())
  }
}
