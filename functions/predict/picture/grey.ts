import { onGround } from './opacity.ts'
import type { Plane } from './plane.ts'
import type { Raster } from './raster.ts'

// So many pixels a side show a digit that takes a thirtieth of them; more only take time.
const longestSide = 640
// How light a color is to the eye, as JPEG and television have it: ITU-R BT.601.
const [redShare, greenShare, blueShare] = [0.299, 0.587, 0.114]

/**
 * Turns a picture grey, and makes it smaller: each pixel of the result is the mean of a square block.
 * @returns 0 = black, 1 = white
 */
export function greyOf(raster: Raster): Plane {
  const block = Math.ceil(Math.max(raster.width, raster.height) / longestSide)
  const width = Math.ceil(raster.width / block)
  const height = Math.ceil(raster.height / block)
  const light = new Float32Array(width * height)
  const opacity = new Float32Array(width * height)
  for (let row = 0; row < raster.height; row += 1) addRow(raster, row, block, light, opacity)
  let leastOpacity = 1
  for (let y = 0; y < height; y += 1) {
    const rows = Math.min(block, raster.height - y * block)
    for (let x = 0; x < width; x += 1) {
      const pixels = rows * Math.min(block, raster.width - x * block)
      const at = y * width + x
      light[at] = (light[at] ?? 0) / pixels
      opacity[at] = (opacity[at] ?? 0) / pixels
      leastOpacity = Math.min(leastOpacity, opacity[at] ?? 0)
    }
  }
  const seen = { width, height, values: light }
  return leastOpacity === 1 ? seen : onGround(seen, { width, height, values: opacity })
}

/** Adds a row of pixels, each as far as it is opaque, to the row of blocks that it is in. */
function addRow(raster: Raster, row: number, block: number, light: Float32Array, opacity: Float32Array): void {
  const { width, channels, samples } = raster
  const isGrey = channels === 1
  const hasOpacity = channels === 4
  const firstBlock = Math.floor(row / block) * Math.ceil(width / block)
  let at = row * width * channels
  for (let column = 0; column < width; column += 1) {
    const red = samples[at] ?? 0
    const green = isGrey ? red : (samples[at + 1] ?? 0)
    const blue = isGrey ? red : (samples[at + 2] ?? 0)
    const share = hasOpacity ? (samples[at + 3] ?? 0) / 255 : 1
    const target = firstBlock + Math.floor(column / block)
    light[target] = (light[target] ?? 0) + (share * (redShare * red + greenShare * green + blueShare * blue)) / 255
    opacity[target] = (opacity[target] ?? 0) + share
    at += channels
  }
}
