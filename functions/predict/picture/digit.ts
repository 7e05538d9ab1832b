import { contrastOf } from './contrast.ts'
import { digitPartsOf } from './digit-parts.ts'
import { framed } from './frame.ts'
import { inkOf } from './ink.ts'
import { partsOf } from './parts.ts'
import type { Plane } from './plane.ts'
import { Refusal } from './refusal.ts'
import { thresholdOf } from './threshold.ts'

// A yellow pen on white paper differs by a tenth.
const leastContrast = 0.06

/**
 * Finds the digit in a picture.
 * @param grey 0 = black, 1 = white; which of the two is ink is found out
 * @returns row-major ink values 0..1, shape [28, 28]
 * @throws Refusal when nothing stands out from the ground
 */
export function digitIn(grey: Plane): Float32Array {
  const contrast = contrastOf(grey)
  const outstanding = contrast.plane.values.filter((value) => value > contrast.noise)
  const top = outstanding.reduce((most, value) => Math.max(most, value), 0)
  if (top < leastContrast) throw noDigit()
  const threshold = thresholdOf(outstanding, top)
  const parts = partsOf(contrast.plane, threshold)
  const chosen = digitPartsOf(parts.parts, grey)
  if (chosen.length === 0) throw noDigit()
  return framed(inkOf(contrast, parts, chosen, threshold))
}

function noDigit(): Refusal {
  return new Refusal(
    'No digit stands out from the ground of this picture. Send one that shows a digit, darker or lighter than all around it.',
  )
}
