import type { Plane } from './plane.ts'

/** What is seen in one color differs less: a pen's strokes. */
const leastSpread = 0.1
/** A sheet fills this share of the box around it, even if it lies askew; a digit does not. */
const leastFill = 0.7
const halfOpaque = 0.5

interface Visible {
  /** Grey value of the larger part of what is seen. */
  readonly ground: number
  /** Standard deviation of the grey values. */
  readonly spread: number
  /** Share of the box around it that is seen. */
  readonly fill: number
}

/**
 * Lays a picture that is transparent in places on a ground. A digit that was drawn on nothing, dark or light, becomes as
 * dark as it is opaque, on white. What is cut out and has a ground of its own, as a sheet of paper, lies on more of that.
 * @param light grey values times opacity
 */
export function onGround(light: Plane, opacity: Plane): Plane {
  const { ground, spread, fill } = visibleIn(light, opacity)
  const isSheet = spread >= leastSpread && fill >= leastFill
  const values = opacity.values.map((share, index) =>
    isSheet ? (light.values[index] ?? 0) + (1 - share) * ground : 1 - share,
  )
  return { ...light, values }
}

function visibleIn({ width, values }: Plane, opacity: Plane): Visible {
  const greys: number[] = []
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity }
  for (const [index, share] of opacity.values.entries()) {
    if (share < halfOpaque) continue
    greys.push((values[index] ?? 0) / share)
    const row = Math.floor(index / width)
    const column = index - row * width
    box.left = Math.min(box.left, column)
    box.right = Math.max(box.right, column)
    box.top = Math.min(box.top, row)
    box.bottom = Math.max(box.bottom, row)
  }
  const sorted = Float32Array.from(greys).toSorted()
  const mean = sorted.reduce((sum, grey) => sum + grey, 0) / sorted.length
  const variance = sorted.reduce((sum, grey) => sum + (grey - mean) ** 2, 0) / sorted.length
  return {
    ground: sorted[Math.floor(sorted.length / 2)] ?? 1,
    spread: Math.sqrt(variance),
    fill: sorted.length / ((box.right - box.left + 1) * (box.bottom - box.top + 1)),
  }
}
