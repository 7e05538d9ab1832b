import type { Plane } from './plane.ts'
import { resampled } from './resample.ts'

// Of MNIST's digits, the longer side is 20 pixels, and the center of mass is in the pixel at the middle:
// "Gradient-Based Learning Applied to Document Recognition" (1998), III.A. So it is in the test digits, 9,997 of 10,000.
const side = 28
const inkSide = 20
const middle = 14

/**
 * Makes of a digit what the makers of MNIST made of theirs.
 * @param ink of the box around the digit
 * @returns row-major, shape [28, 28]
 */
export function framed(ink: Plane): Float32Array {
  const digit = scaled(ink)
  const { x, y } = centerOfMass(digit)
  const left = within(middle - Math.floor(x), side - digit.width)
  const top = within(middle - Math.floor(y), side - digit.height)
  const image = new Float32Array(side * side)
  for (let row = 0; row < digit.height; row += 1) {
    const line = digit.values.subarray(row * digit.width, (row + 1) * digit.width)
    image.set(line, (top + row) * side + left)
  }
  return image
}

/** Thin strokes get fainter as they are scaled down, and MNIST's are not faint: the darkest pixel becomes full ink. */
function scaled(ink: Plane): Plane {
  const scale = Math.max(ink.width, ink.height) / inkSide
  const width = Math.max(1, Math.round(ink.width / scale))
  const height = Math.max(1, Math.round(ink.height / scale))
  const left = (ink.width - width * scale) / 2
  const top = (ink.height - height * scale) / 2
  const digit = resampled(ink, { left, top, scale, width, height })
  const most = digit.values.reduce((largest, value) => Math.max(largest, value), 0)
  return { ...digit, values: digit.values.map((value) => value / most) }
}

/** @returns in pixels from the left and top edge */
function centerOfMass({ width, values }: Plane): { readonly x: number; readonly y: number } {
  let mass = 0
  let across = 0
  let down = 0
  for (const [index, ink] of values.entries()) {
    const row = Math.floor(index / width)
    mass += ink
    across += ink * (index - row * width + 0.5)
    down += ink * (row + 0.5)
  }
  return { x: across / mass, y: down / mass }
}

function within(value: number, most: number): number {
  return Math.min(most, Math.max(0, value))
}
