import { Refusal } from './refusal.ts'

/** What the IHDR chunk of a PNG says. */
export interface PngHeader {
  readonly width: number
  readonly height: number
  readonly bitsPerPixel: number
  readonly isInterlaced: boolean
}

interface ColorType {
  readonly samples: number
  readonly depths: readonly number[]
}

// https://www.w3.org/TR/png-3/#11IHDR
const colorTypes: ReadonlyMap<number, ColorType> = new Map([
  [0, { samples: 1, depths: [1, 2, 4, 8, 16] }],
  [2, { samples: 3, depths: [8, 16] }],
  [3, { samples: 1, depths: [1, 2, 4, 8] }],
  [4, { samples: 2, depths: [8, 16] }],
  [6, { samples: 4, depths: [8, 16] }],
])
const headerBytes = 13

/** The first pixel of each of Adam7's passes, and the steps to the next: https://www.w3.org/TR/png-3/#8Interlace */
const passes = [
  { column: 0, row: 0, columnStep: 8, rowStep: 8 },
  { column: 4, row: 0, columnStep: 8, rowStep: 8 },
  { column: 0, row: 4, columnStep: 4, rowStep: 8 },
  { column: 2, row: 0, columnStep: 4, rowStep: 4 },
  { column: 0, row: 2, columnStep: 2, rowStep: 4 },
  { column: 1, row: 0, columnStep: 2, rowStep: 2 },
  { column: 0, row: 1, columnStep: 1, rowStep: 2 },
]

/**
 * @param type of the first chunk
 * @param offset of that chunk
 */
export function headerOfPng(type: string, content: Uint8Array, offset: number): PngHeader {
  if (type !== 'IHDR' || content.length !== headerBytes) {
    throw new Refusal(
      `A PNG begins with an IHDR chunk of ${headerBytes} bytes; at byte ${offset} this one has ${type} of ${content.length}.`,
      { offset },
    )
  }
  const [depth = 0, color = 0, compression, filter, interlace] = content.subarray(8)
  const colorType = colorTypes.get(color)
  if (!colorType?.depths.includes(depth)) {
    throw new Refusal(
      `By its IHDR chunk at byte ${offset}, the PNG has ${depth} bits a sample in color type ${color}.`,
      {
        offset,
      },
    )
  }
  if (compression !== 0 || filter !== 0 || (interlace !== 0 && interlace !== 1)) {
    throw new Refusal(
      `By its IHDR chunk at byte ${offset}, the PNG has compression ${compression}, filter ${filter}, interlace ${interlace}.`,
      { offset },
    )
  }
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    bitsPerPixel: depth * colorType.samples,
    isInterlaced: interlace === 1,
  }
}

/** How many bytes the image data inflates to: each row of pixels after a byte that says how it is filtered. */
export function imageDataBytes({ width, height, bitsPerPixel, isInterlaced }: PngHeader): number {
  const bytesOf = (columns: number, rows: number): number =>
    columns === 0 ? 0 : rows * (1 + Math.ceil((columns * bitsPerPixel) / 8))
  if (!isInterlaced) return bytesOf(width, height)
  return passes
    .map(({ column, row, columnStep, rowStep }) =>
      bytesOf(Math.ceil((width - column) / columnStep), Math.ceil((height - row) / rowStep)),
    )
    .reduce((sum, bytes) => sum + Math.max(0, bytes), 0)
}
