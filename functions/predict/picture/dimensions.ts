import { Refusal } from './refusal.ts'

// 4096 x 4096: a photograph of 16 megapixels and all smaller ones. README.md has the time and the memory that it takes.
const mostPixels = 16_777_216
/** Red, green, blue and opacity of 8 bits each. */
const mostBitsPerPixel = 32

interface Dimensions {
  readonly width: number
  readonly height: number
  /** Of which some that are not colors may be, and which may be twice as many as a screen shows. */
  readonly bitsPerPixel: number
}

/**
 * Bounds the time and the memory that decoding takes, before it begins.
 * @param offset of the dimensions in the file
 * @throws Refusal
 */
export function checkDimensions({ width, height, bitsPerPixel }: Dimensions, offset: number): void {
  const dimensions = `The picture is ${width} x ${height} pixels, by its header at byte ${offset}`
  if (width === 0 || height === 0) throw new Refusal(`${dimensions}: there is nothing in it.`, { offset })
  const tooLarge = { offset, status: 413 } as const
  if (width * height > mostPixels) {
    throw new Refusal(`${dimensions}; at most ${mostPixels} are read, such as 4096 x 4096. Scale it down.`, tooLarge)
  }
  if (width * height * bitsPerPixel > mostPixels * mostBitsPerPixel) {
    const most = Math.floor((mostPixels * mostBitsPerPixel) / bitsPerPixel)
    throw new Refusal(
      `${dimensions}, of ${bitsPerPixel} bits each; at most ${most} of these are read. Save it with fewer bits a pixel.`,
      tooLarge,
    )
  }
}
