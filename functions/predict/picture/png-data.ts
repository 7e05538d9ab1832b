import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createInflate } from 'node:zlib'

import { imageDataBytes } from './png-header.ts'
import type { PngStructure } from './png-structure.ts'
import { Refusal } from './refusal.ts'

const pieceBytes = 262_144

/**
 * Inflates the image data of a PNG to see that it is as long as its header says, keeping nothing. LodePNG would inflate
 * whatever there is, and a megabyte may be a thousand. This runs on another thread, and is done before the decoder is.
 * @throws Refusal
 */
export async function checkImageData({ header, imageData, imageDataOffset: offset }: PngStructure): Promise<void> {
  const expected = imageDataBytes(header)
  let count = 0
  try {
    await pipeline(Readable.from(imageData), createInflate({ chunkSize: pieceBytes }), async (pieces) => {
      for await (const piece of pieces as AsyncIterable<Buffer>) {
        count += piece.length
        if (count > expected) break
      }
    })
  } catch (error) {
    throw new Refusal(`The image data of the PNG, from byte ${offset}, cannot be inflated: ${messageOf(error)}.`, {
      offset,
    })
  }
  if (count === expected) return
  const dimensions = `${header.width} x ${header.height} pixels`
  throw new Refusal(
    `The image data of the PNG, from byte ${offset}, is ${count > expected ? 'longer' : 'shorter'} than the ${expected} bytes that ${dimensions} take.`,
    { offset },
  )
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
