import { crc32 } from 'node:zlib'

import { checkDimensions } from './dimensions.ts'
import { exifOrientation } from './exif-orientation.ts'
import type { Orientation } from './orientation.ts'
import { headerOfPng, type PngHeader } from './png-header.ts'
import { Refusal } from './refusal.ts'

/** A PNG file, taken apart. */
export interface PngStructure {
  readonly header: PngHeader
  /** The pieces of the zlib stream that has the pixels. */
  readonly imageData: readonly Uint8Array[]
  /** Where the first of them begins in the file. */
  readonly imageDataOffset: number
  /** The file without what says nothing of the pixels: texts, profiles, other frames of an animation. */
  readonly essence: readonly Uint8Array[]
  readonly orientation: Orientation
}

interface Chunk {
  readonly type: string
  /** Of its first byte, which is the first of its length. */
  readonly offset: number
  readonly content: Uint8Array
  /** All of it, with its length and its CRC. */
  readonly bytes: Uint8Array
}

const signatureBytes = 8
const lengthBytes = 4
const typeBytes = 4
const crcBytes = 4
const essential = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'])

/**
 * Reads the chunks of a PNG: https://www.w3.org/TR/png-3/#5DataRep
 * @throws Refusal at the first thing that is wrong; the dimensions are checked before anything of their size is made
 */
export function structureOfPng(bytes: Uint8Array): PngStructure {
  const essence: Uint8Array[] = [bytes.subarray(0, signatureBytes)]
  const imageData: Uint8Array[] = []
  let imageDataOffset = 0
  let header: PngHeader | undefined
  let orientation: Orientation = 1
  for (const { type, offset, content, bytes: whole } of chunksOf(bytes)) {
    if (!header) {
      header = headerOfPng(type, content, offset)
      checkDimensions(header, offset)
    }
    if (essential.has(type)) essence.push(whole)
    if (type === 'eXIf') orientation = exifOrientation(content)
    if (type === 'IDAT') {
      if (imageData.length === 0) imageDataOffset = offset
      imageData.push(content)
    }
    if (type !== 'IEND') continue
    if (imageData.length > 0) return { header, imageData, imageDataOffset, essence, orientation }
    throw new Refusal(`The PNG has no image data: at byte ${offset} it ends, without an IDAT chunk.`, { offset })
  }
  throw new Refusal(`The PNG ends at byte ${bytes.length}, without its IEND chunk. Send the whole file.`, {
    offset: bytes.length,
  })
}

function* chunksOf(bytes: Uint8Array): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let offset = signatureBytes
  while (offset + lengthBytes + typeBytes <= bytes.length) {
    const start = offset + lengthBytes + typeBytes
    const type = String.fromCharCode(...bytes.subarray(offset + lengthBytes, start))
    if (!/^[a-z]{4}$/i.test(type)) {
      throw new Refusal(`At byte ${offset} of the PNG a chunk should begin, and its type is no four letters.`, {
        offset,
      })
    }
    const end = start + view.getUint32(offset)
    if (end + crcBytes > bytes.length) {
      throw new Refusal(
        `The PNG ends at byte ${bytes.length}, inside its ${type} chunk of byte ${offset}. Send the whole file.`,
        { offset: bytes.length },
      )
    }
    if (view.getUint32(end) !== crc32(bytes.subarray(offset + lengthBytes, end))) {
      throw new Refusal(
        `The ${type} chunk at byte ${offset} of the PNG was changed or damaged: its CRC at byte ${end} is another.`,
        { offset: end },
      )
    }
    yield { type, offset, content: bytes.subarray(start, end), bytes: bytes.subarray(offset, end + crcBytes) }
    offset = end + crcBytes
  }
}
