import { greyOf } from './grey.ts'
import type { Plane } from './plane.ts'
import type { PngStructure } from './png-structure.ts'
import { Refusal } from './refusal.ts'

/**
 * Decodes a PNG with LodePNG. Of an animation it sees the picture that stands for it where animations are not known.
 * @throws Refusal when LodePNG does not accept it, such as for a palette that has fewer colors than are used
 */
export async function decodePng({ essence, imageDataOffset: offset }: PngStructure): Promise<Plane> {
  const { decode } = await import('@cwasm/lodepng')
  try {
    const { width, height, data } = decode(Buffer.concat(essence))
    return greyOf({ width, height, channels: 4, samples: data })
  } catch {
    throw new Refusal(
      `The PNG cannot be decoded, though its chunks are whole: its palette, its transparency or the image data from byte ${offset} are wrong. Save it again as a PNG.`,
      { offset },
    )
  }
}
