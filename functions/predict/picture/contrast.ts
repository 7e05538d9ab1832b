import { flatGroundOf } from './flat-ground.ts'
import { litGroundOf } from './lit-ground.ts'
import type { Plane } from './plane.ts'
import { deviationOf } from './statistics.ts'

/** How far a picture stands out from its ground. */
export interface Contrast {
  /** 0 = ground; 1 = black ink on a light ground, or white on a dark one. */
  readonly plane: Plane
  /** What is below this is no ink. */
  readonly noise: number
  /** Whether the ground is the same all over, as in a drawing. */
  readonly isFlat: boolean
}

// Four deviations: of a million pixels of normal noise, thirty are above.
const noiseDeviations = 4
const leastNoise = 0.02
const darkestGround = 0.05

/** Tells ground from ink. Ink is what is left when the ground is taken away: darker than that, or lighter. */
export function contrastOf(grey: Plane): Contrast {
  const level = flatGroundOf(grey)
  const ground = level === undefined ? litGroundOf(grey) : new Float32Array(grey.values.length).fill(level)
  const values = new Float32Array(ground.length)
  for (let index = 0; index < values.length; index += 1) {
    values[index] = (grey.values[index] ?? 0) - (ground[index] ?? 0)
  }
  const isDark = isMostlyBelow(values, noiseOf(values))
  // Light on paper multiplies: ink in the shade differs less than ink in the sun, but by the same share of its ground.
  for (let index = 0; index < values.length; index += 1) {
    const light = ground[index] ?? 0
    const off = values[index] ?? 0
    values[index] = isDark ? -off / Math.max(darkestGround, light) : off / Math.max(darkestGround, 1 - light)
  }
  return { plane: { ...grey, values }, noise: noiseOf(values), isFlat: level !== undefined }
}

function noiseOf(offs: Float32Array): number {
  return Math.max(leastNoise, noiseDeviations * deviationOf(offs))
}

/** Whether, of all that is more than noise, more is below the ground than above it. */
function isMostlyBelow(offs: Float32Array, noise: number): boolean {
  let above = 0
  for (let index = 0; index < offs.length; index += 1) {
    const off = offs[index] ?? 0
    if (Math.abs(off) > noise) above += off
  }
  return above < 0
}
