import type { Plane } from './plane.ts'
import { deviationOf, quantile } from './statistics.ts'
import { Surface, type Sample } from './surface.ts'

interface Fit {
  readonly surface: Surface
  /** Of the samples that the surface follows. */
  readonly deviation: number
}

// More than enough for six coefficients.
const samplesASide = 64
/** How much darker than the surface a sample may be and still be ground, round after round. */
const tolerances = [0.3, 0.3, 0.25, 0.2, 0.15, 0.15]
/** From this one on the surface may bend; earlier it would bend down to ink or to the edges of a sheet. */
const bendingTolerance = 0.15
const lastRounds = 4
// What is farther off is not ground: 99 % of normal noise is nearer.
const mostDeviations = 2.5
const leastTolerance = 0.02
/** How many times as many samples have to be near to the surface of light ink: most photographs are of dark ink on paper. */
const preference = 1.5

/**
 * Finds the ground of a photograph, on which light falls unevenly. A surface is laid on the light samples, as if there was
 * dark ink, and another below the dark ones, as if there was light ink. The one that more samples are near to is the ground;
 * if a shadow takes half of the paper, the one on the light half.
 * @returns its grey value at each pixel
 */
export function litGroundOf(plane: Plane): Float32Array {
  const samples = samplesOf(plane)
  const above = fitFromAbove(samples)
  const below = fitFromAbove(samples.map(({ x, y, value }) => ({ x, y, value: 1 - value })))
  const tolerance = Math.max(leastTolerance, mostDeviations * Math.min(above.deviation, below.deviation))
  const nearAbove = samples.filter(({ x, y, value }) => Math.abs(value - above.surface.at(x, y)) <= tolerance)
  const nearBelow = samples.filter(({ x, y, value }) => Math.abs(1 - value - below.surface.at(x, y)) <= tolerance)
  const isAbove = preference * nearAbove.length >= nearBelow.length
  const { surface } = isAbove ? above : below
  const { width, height } = plane
  const ground = new Float32Array(width * height)
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const value = surface.at(placeOf(column, width), placeOf(row, height))
      ground[row * width + column] = isAbove ? value : 1 - value
    }
  }
  return ground
}

function fitFromAbove(samples: readonly Sample[]): Fit {
  let surface = Surface.level(
    quantile(
      samples.map(({ value }) => value),
      0.75,
    ),
  )
  for (const tolerance of tolerances) {
    const ground = samples.filter(({ x, y, value }) => value - surface.at(x, y) >= -tolerance)
    surface = Surface.through(ground, tolerance > bendingTolerance ? 3 : 6) ?? surface
  }
  for (let round = 0; round < lastRounds; round += 1) {
    const tolerance = Math.max(leastTolerance, mostDeviations * deviationFrom(surface, samples))
    const ground = samples.filter(({ x, y, value }) => Math.abs(value - surface.at(x, y)) <= tolerance)
    surface = Surface.through(ground, 6) ?? surface
  }
  return { surface, deviation: deviationFrom(surface, samples) }
}

function deviationFrom(surface: Surface, samples: readonly Sample[]): number {
  return deviationOf(samples.map(({ x, y, value }) => value - surface.at(x, y)))
}

function samplesOf({ width, height, values }: Plane): Sample[] {
  const columns = Math.min(width, samplesASide)
  const rows = Math.min(height, samplesASide)
  return Array.from({ length: columns * rows }, (_, index) => {
    const column = Math.floor((((index % columns) + 0.5) * width) / columns)
    const row = Math.floor(((Math.floor(index / columns) + 0.5) * height) / rows)
    return { x: placeOf(column, width), y: placeOf(row, height), value: values[row * width + column] ?? 0 }
  })
}

/** @returns -1..1 from edge to edge */
function placeOf(index: number, length: number): number {
  return (2 * index + 1) / length - 1
}
