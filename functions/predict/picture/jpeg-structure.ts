import { checkDimensions } from './dimensions.ts'
import { exifOrientation } from './exif-orientation.ts'
import type { Orientation } from './orientation.ts'
import { Refusal } from './refusal.ts'

/** A JPEG file that is whole, as far as its markers tell. */
export interface JpegStructure {
  readonly width: number
  readonly height: number
  /** 1: grey; 3: color. */
  readonly components: 1 | 3
  readonly orientation: Orientation
  /** From the first marker to the last; what a telephone appends (a film, a depth map) is left out. */
  readonly bytes: Uint8Array
  /** Of the first scan in the file. */
  readonly scanOffset: number
}

// Names as ITU-T T.81, table B.1 has them, without the prefix.
const temporary = 0x01
const startOfFrame = { baseline: 0xc0, extended: 0xc1, progressive: 0xc2, first: 0xc0, last: 0xcf }
const noFrame = new Set([0xc4, 0xc8, 0xcc])
const restart = { first: 0xd0, last: 0xd7 }
const startOfImage = 0xd8
const endOfImage = 0xd9
const startOfScan = 0xda
const application1 = 0xe1

// Each scan of a progressive JPEG goes over the whole picture, though it may be a few bytes long, and a file may have as
// many as fit in it. The usual encoders write 6 to 10, the most thorough up to 64 for each of three components.
const mostScans = 100

/**
 * Reads the markers of a JPEG: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B.
 * @throws Refusal at the first thing that is wrong; the dimensions are checked before anything of their size is made
 */
export function structureOfJpeg(bytes: Uint8Array): JpegStructure {
  return new JpegReader(bytes).read()
}

interface Frame {
  readonly width: number
  readonly height: number
  readonly components: 1 | 3
}

class JpegReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #frame: Frame | undefined
  #orientation: Orientation | undefined
  #scans = 0
  #scanOffset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  read(): JpegStructure {
    let at = 2
    for (;;) {
      const marker = this.#markerAt(at)
      const code = this.#bytes[marker] ?? 0
      at = marker + 1
      if (code === endOfImage) return this.#whole(at)
      if (code === startOfImage)
        throw new Refusal(`At byte ${marker - 1} of the JPEG another one begins.`, { offset: marker - 1 })
      if (code === temporary || (code >= restart.first && code <= restart.last)) continue
      at = this.#readSegment(code, marker - 1)
    }
  }

  #whole(end: number): JpegStructure {
    if (!this.#frame || this.#scans === 0) {
      throw new Refusal(`The JPEG ends at byte ${end} without a picture in it.`, { offset: end })
    }
    const bytes = this.#bytes.subarray(0, end)
    return { ...this.#frame, orientation: this.#orientation ?? 1, bytes, scanOffset: this.#scanOffset }
  }

  /** @returns where the code of the marker is, after the bytes 0xff that announce it */
  #markerAt(start: number): number {
    let at = start
    while (this.#bytes[at] === 0xff) at += 1
    if (at >= this.#bytes.length) throw this.#truncated(start)
    if (at === start || this.#bytes[at] === 0) {
      throw new Refusal(`At byte ${start} of the JPEG a marker should begin, and none does.`, { offset: start })
    }
    return at
  }

  /** @returns where the next marker begins */
  #readSegment(code: number, offset: number): number {
    const start = offset + 4
    if (start > this.#bytes.length) throw this.#truncated(offset)
    const end = offset + 2 + this.#view.getUint16(offset + 2)
    if (end < start)
      throw new Refusal(`The segment at byte ${offset} of the JPEG is shorter than its length.`, { offset })
    if (end > this.#bytes.length) throw this.#truncated(offset)
    const content = this.#bytes.subarray(start, end)
    if (code >= startOfFrame.first && code <= startOfFrame.last && !noFrame.has(code)) {
      if (this.#frame) throw new Refusal(`At byte ${offset} of the JPEG a second frame begins.`, { offset })
      this.#frame = frameOf(code, content, offset)
    }
    if (code === application1 && isExif(content)) this.#orientation ??= exifOrientation(content.subarray(exifBytes))
    return code === startOfScan ? this.#readScan(end, offset) : end
  }

  /** @returns where the marker after the scan begins */
  #readScan(start: number, offset: number): number {
    if (!this.#frame) throw new Refusal(`At byte ${offset} of the JPEG a scan begins before any frame.`, { offset })
    if (this.#scans === 0) this.#scanOffset = offset
    this.#scans += 1
    if (this.#scans > mostScans) {
      throw new Refusal(
        `At byte ${offset} of the JPEG its scan number ${this.#scans} begins; at most ${mostScans} are read.`,
        {
          offset,
        },
      )
    }
    const bytes = this.#bytes
    for (let at = start; at + 1 < bytes.length; at += 1) {
      if (bytes[at] !== 0xff) continue
      const next = bytes[at + 1] ?? 0
      const isData = next === 0 || next === 0xff || (next >= restart.first && next <= restart.last)
      if (!isData) return at
    }
    throw this.#truncated(offset)
  }

  #truncated(offset: number): Refusal {
    const end = this.#bytes.length
    const part = this.#bytes[offset + 1] === startOfScan ? 'scan' : 'segment'
    return new Refusal(`The JPEG ends at byte ${end}, inside its ${part} of byte ${offset}. Send the whole file.`, {
      offset: end,
    })
  }
}

function frameOf(code: number, content: Uint8Array, offset: number): Frame {
  if (code !== startOfFrame.baseline && code !== startOfFrame.extended && code !== startOfFrame.progressive) {
    const process = `SOF${code - startOfFrame.first}`
    throw new Refusal(
      `The JPEG is coded in an unusual way (${process} at byte ${offset}). Save it as a baseline or progressive JPEG.`,
      { offset },
    )
  }
  const [precision = 0, heightHigh = 0, heightLow = 0, widthHigh = 0, widthLow = 0, components = 0] = content
  if (precision !== 8) {
    throw new Refusal(`The JPEG has ${precision} bits a sample (at byte ${offset}). Save it with 8.`, { offset })
  }
  if (components !== 1 && components !== 3) {
    const kind = components === 4 ? ', as for print (CMYK)' : ''
    throw new Refusal(
      `The JPEG has ${components} color components${kind} at byte ${offset}. Save it in grey or in red, green and blue.`,
      { offset },
    )
  }
  if (content.length !== 6 + 3 * components) {
    throw new Refusal(
      `The frame header at byte ${offset} of the JPEG has another length than ${components} components take.`,
      {
        offset,
      },
    )
  }
  const width = widthHigh * 256 + widthLow
  const height = heightHigh * 256 + heightLow
  checkDimensions({ width, height, bitsPerPixel: 8 * components }, offset)
  return { width, height, components }
}

const exifBytes = 6

function isExif(content: Uint8Array): boolean {
  return content.length > exifBytes && String.fromCharCode(...content.subarray(0, exifBytes)) === 'Exif\0\0'
}
