import encoding, { type JPEGEncoder } from '@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs'

import type { Orientation } from '../orientation.ts'
import type { Plane } from '../plane.ts'
import { greysOf } from './scene.ts'

interface JpegOptions {
  readonly quality?: number
  readonly isProgressive?: boolean
  /** Red, green and blue rather than grey, with color at half the resolution. */
  readonly isColor?: boolean
}

const halfBothWays = 2
const startOfImageBytes = 2

/** libjpeg-turbo's encoder. */
export class JpegEncoder {
  readonly #Encoder: new () => JPEGEncoder

  private constructor(Encoder: new () => JPEGEncoder) {
    this.#Encoder = Encoder
  }

  static async open(): Promise<JpegEncoder> {
    return new JpegEncoder((await encoding()).JPEGEncoder)
  }

  encode(plane: Plane, { quality = 75, isProgressive = false, isColor = false }: JpegOptions = {}): Buffer {
    const { width, height } = plane
    const greys = greysOf(plane)
    const samples = isColor
      ? Uint8Array.from({ length: 3 * greys.length }, (_, index) => greys[Math.floor(index / 3)] ?? 0)
      : greys
    const encoder = new this.#Encoder()
    const componentCount = isColor ? 3 : 1
    encoder.getDecodedBuffer({ width, height, bitsPerSample: 8, componentCount, isSigned: false }).set(samples)
    encoder.setQuality(quality)
    encoder.setProgressive(isProgressive ? 1 : 0)
    encoder.setSubSampling(halfBothWays)
    encoder.encode()
    const file = Buffer.from(encoder.getEncodedBuffer())
    encoder.delete()
    return file
  }
}

/** EXIF data with an orientation and nothing else. */
export function exifOf(orientation: number, order: 'II' | 'MM' = 'II'): Buffer {
  const tiff = Buffer.alloc(26)
  const isLittle = order === 'II'
  const uint16 = (value: number, offset: number): unknown =>
    isLittle ? tiff.writeUInt16LE(value, offset) : tiff.writeUInt16BE(value, offset)
  const uint32 = (value: number, offset: number): unknown =>
    isLittle ? tiff.writeUInt32LE(value, offset) : tiff.writeUInt32BE(value, offset)
  tiff.write(order, 'latin1')
  uint16(42, 2)
  uint32(8, 4)
  uint16(1, 8)
  uint16(0x0112, 10)
  uint16(3, 12)
  uint32(1, 14)
  uint16(orientation, 18)
  return tiff
}

/** @returns a JPEG whose EXIF data says how it is to be turned */
export function withExif(jpeg: Buffer, tiff: Uint8Array): Buffer {
  return withSegment(jpeg, 0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]))
}

/** @returns a JPEG with one more segment, the first */
export function withSegment(jpeg: Buffer, marker: number, content: Uint8Array): Buffer {
  const start = Buffer.of(0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 0xff)
  return Buffer.concat([jpeg.subarray(0, startOfImageBytes), start, content, jpeg.subarray(startOfImageBytes)])
}

/** @returns a picture that a viewer which honors the orientation shows as the given one */
export function stored(plane: Plane, orientation: Orientation): Plane {
  const { width, height, values } = plane
  // Where row 0 and column 0 of what is stored are seen: table 5 of the EXIF standard, CIPA DC-008.
  const isSideways = orientation >= 5
  const storedWidth = isSideways ? height : width
  const storedHeight = isSideways ? width : height
  const seen: Readonly<Record<Orientation, (column: number, row: number) => readonly [x: number, y: number]>> = {
    1: (column, row) => [column, row],
    2: (column, row) => [width - 1 - column, row],
    3: (column, row) => [width - 1 - column, height - 1 - row],
    4: (column, row) => [column, height - 1 - row],
    5: (column, row) => [row, column],
    6: (column, row) => [width - 1 - row, column],
    7: (column, row) => [width - 1 - row, height - 1 - column],
    8: (column, row) => [row, height - 1 - column],
  }
  const stores = Float32Array.from({ length: width * height }, (_, index) => {
    const row = Math.floor(index / storedWidth)
    const [x, y] = seen[orientation](index - row * storedWidth, row)
    return values[y * width + x] ?? 0
  })
  return { width: storedWidth, height: storedHeight, values: stores }
}
