import { crc32, deflateSync } from 'node:zlib'

import { greysOf } from './scene.ts'
import type { Plane } from '../plane.ts'

interface PngHeader {
  readonly width: number
  readonly height: number
  /** 0: grey; 2: red, green, blue; 3: palette; 4: grey and opacity; 6: red, green, blue and opacity. */
  readonly colorType: number
  readonly depth?: number
  readonly isInterlaced?: boolean
}

interface PngChunk {
  readonly type: string
  /** Of its first byte in the file. */
  readonly offset: number
  readonly content: Buffer
}

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

export function pngChunk(type: string, content: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content])
  return Buffer.concat([uint32(content.length), typed, uint32(crc32(typed))])
}

/** @param chunks after IHDR, as pngChunk makes them */
export function pngFile(header: PngHeader, ...chunks: readonly Uint8Array[]): Buffer {
  const { width, height, depth = 8, colorType, isInterlaced = false } = header
  const content = Buffer.concat([
    uint32(width),
    uint32(height),
    Buffer.of(depth, colorType, 0, 0, isInterlaced ? 1 : 0),
  ])
  return Buffer.concat([signature, pngChunk('IHDR', content), ...chunks, pngChunk('IEND', Buffer.alloc(0))])
}

/** @param samples of 8 bits, as many a pixel as the color type has */
export function imageData({ width, height }: PngHeader, samples: Uint8Array): Buffer {
  const rowBytes = samples.length / height
  const rows = Array.from({ length: height }, (_, row) =>
    Buffer.concat([Buffer.of(0), samples.subarray(row * rowBytes, (row + 1) * rowBytes)]),
  )
  if (!Number.isInteger(rowBytes / width)) throw new Error('The samples are not of as many pixels.')
  return pngChunk('IDAT', deflateSync(Buffer.concat(rows), { level: 1 }))
}

export function greyPng(plane: Plane): Buffer {
  const header = { width: plane.width, height: plane.height, colorType: 0 }
  return pngFile(header, imageData(header, greysOf(plane)))
}

/** @param pixel red, green, blue and opacity for a grey value */
export function colorPng(plane: Plane, pixel: (value: number) => readonly [number, number, number, number]): Buffer {
  const header = { width: plane.width, height: plane.height, colorType: 6 }
  return pngFile(header, imageData(header, Uint8Array.from(Array.from(plane.values, pixel).flat())))
}

export function chunksIn(png: Uint8Array): PngChunk[] {
  const file = Buffer.from(png)
  const chunks: PngChunk[] = []
  for (let offset = signature.length; offset < file.length;) {
    const length = file.readUInt32BE(offset)
    const content = file.subarray(offset + 8, offset + 8 + length)
    chunks.push({ type: file.toString('latin1', offset + 4, offset + 8), offset, content })
    offset += 12 + length
  }
  return chunks
}

/** @returns a PNG with the same signature and other chunks */
export function withChunks(chunks: readonly Uint8Array[]): Buffer {
  return Buffer.concat([signature, ...chunks])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
