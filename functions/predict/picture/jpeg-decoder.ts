import type { Codec } from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs'

import { greyOf } from './grey.ts'
import type { JpegStructure } from './jpeg-structure.ts'
import type { Plane } from './plane.ts'
import { Refusal } from './refusal.ts'

// The memory of an instance never shrinks. A new one takes 6 ms to make, where a small picture takes 0.2 ms to decode.
const mostKeptBytes = 67_108_864

let kept: Promise<Codec> | undefined

/**
 * Decodes a JPEG with libjpeg-turbo.
 * @throws Refusal when libjpeg-turbo has an error or a warning: it has then guessed a part of the picture, or all of it
 */
export async function decodeJpeg({ bytes, scanOffset: offset }: JpegStructure): Promise<Plane> {
  const codec = await (kept ??= load())
  // From here on nothing waits: what the decoder lends is good until its next use.
  const decoder = new codec.JPEGDecoder()
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes)
    decoder.decode()
  } catch {
    // The exception, and perhaps more, is left in its memory.
    kept = undefined
    throw new Refusal(
      `The image data of the JPEG, from byte ${offset} on, is damaged. Send another copy of the file.`,
      {
        offset,
      },
    )
  }
  const { width, height, componentCount } = decoder.getFrameInfo()
  const channels = componentCount === 1 ? 1 : 3
  const plane = greyOf({ width, height, channels, samples: decoder.getDecodedBuffer() })
  decoder.delete()
  if (codec.HEAPU8.length > mostKeptBytes) kept = undefined
  return plane
}

async function load(): Promise<Codec> {
  const { default: codec } = await import('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs')
  return codec()
}
