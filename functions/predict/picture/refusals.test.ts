import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { Problem } from '../../_runtime/reply/problem.ts'
import { pixels } from '../model.ts'
import { imageOfPicture, type PictureType } from './picture.ts'
import { withSegment } from './testing/jpeg-file.ts'
import { chunksIn, pngChunk, pngFile, withChunks } from './testing/png-file.ts'

const png = fixture('grey-8.png')
const jpeg = fixture('420.jpg')

function fixture(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, 'testdata', name))
}

/** A PNG that says it has so many pixels. */
function sized(width: number, height: number, data: Uint8Array = deflateSync(Buffer.alloc(100))): Buffer {
  return pngFile({ width, height, colorType: 0 }, pngChunk('IDAT', data))
}

function changed(file: Buffer, at: number): Buffer {
  const copy = Buffer.from(file)
  copy[at] = (copy[at] ?? 0) ^ 0xff
  return copy
}

describe('a PNG is refused', () => {
  const [header] = chunksIn(png)
  const data = chunksIn(png).find(({ type }) => type === 'IDAT')

  test.each<[string, Buffer, RegExp]>([
    ['empty', Buffer.alloc(0), /^The body is empty\. Send the bytes of a PNG file\.$/],
    ['that is a JPEG', jpeg, /are a JPEG, not a PNG\. Send them with content-type: image\/jpeg\.$/],
    ['that is text', Buffer.from('seven'), /are text, not a PNG\./],
    ['that is base64', Buffer.from(png.toString('base64')), /are base64, not a PNG\./],
    ['that is a form', Buffer.from('--x\r\ncontent-type: image/png\r\n\r\n'), /are a multipart form, not a PNG\./],
    [
      'that ends in a chunk',
      png.subarray(0, (data?.offset ?? 0) + 20),
      /ends at byte \d+, inside its IDAT chunk of byte \d+\./,
    ],
    ['that ends between chunks', png.subarray(0, data?.offset), /ends at byte \d+, without its IEND chunk/],
    [
      'with a changed byte',
      changed(png, (data?.offset ?? 0) + 12),
      /IDAT chunk at byte \d+ .* was changed or damaged: its CRC/,
    ],
    ['with junk for a chunk', changed(png, (header?.offset ?? 0) + 4), /At byte 8 of the PNG a chunk should begin/],
    ['without image data', pngFile({ width: 1, height: 1, colorType: 0 }), /has no image data: at byte 33 it ends/],
    ['whose data is no zlib stream', sized(28, 28, Buffer.from('no zlib')), /byte 33/],
    ['of too few bytes for its pixels', sized(28, 28), /byte/],
    ['of too many bytes for its pixels', sized(2, 2), /byte/],
    ['of no pixels', sized(0, 28), /is 0 x 28 pixels, by its header at byte 8: there is nothing in it\.$/],
    ['that is nothing but its signature', withChunks([]), /ends at byte 8, without its IEND chunk/],
  ])('%s', async (_, file, detail) => {
    await expect(imageOfPicture(file, 'image/png')).rejects.toMatchObject({
      status: 400,
      detail: expect.stringMatching(detail),
    })
  })

  test('of too many pixels, before anything of that size is made', async () => {
    const before = process.memoryUsage().arrayBuffers
    await expect(imageOfPicture(sized(60_000, 60_000), 'image/png')).rejects.toMatchObject({
      status: 413,
      detail: expect.stringMatching(
        /^The picture is 60000 x 60000 pixels, .* at most 16777216 are read.*Scale it down\.$/,
      ),
    })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000)
  })

  test('that would inflate to far more than its pixels, before it is inflated', async () => {
    const bomb = sized(28, 28, deflateSync(Buffer.alloc(200_000_000), { level: 1 }))
    const before = process.memoryUsage().arrayBuffers
    await expect(imageOfPicture(bomb, 'image/png')).rejects.toMatchObject({ status: 400 })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000)
  })
})

describe('a JPEG is refused', () => {
  test.each<[string, Buffer, RegExp]>([
    ['empty', Buffer.alloc(0), /^The body is empty\. Send the bytes of a JPEG file\.$/],
    ['that is a PNG', png, /are a PNG, not a JPEG\. Send them with content-type: image\/png\.$/],
    [
      'that ends in its scan',
      jpeg.subarray(0, -40),
      /^The JPEG ends at byte \d+, inside its scan of byte \d+\. Send the whole file\.$/,
    ],
    ['that ends in its header', jpeg.subarray(0, 30), /^The JPEG ends at byte 30/],
    ['of four inks', fixture('cmyk.jpg'), /byte \d+/],
  ])('%s', async (_, file, detail) => {
    await expect(imageOfPicture(file, 'image/jpeg')).rejects.toMatchObject({
      status: 400,
      detail: expect.stringMatching(detail),
    })
  })

  test('but not for a segment that nobody knows', async () => {
    const file = withSegment(jpeg, 0xef, Buffer.from('something of a maker of cameras'))
    expect(await imageOfPicture(file, 'image/jpeg')).toEqual(await imageOfPicture(jpeg, 'image/jpeg'))
  })
})

/** What comes of a file, however broken: an image, or a problem of the client's. */
async function outcomeOf(file: Uint8Array, type: PictureType): Promise<unknown> {
  try {
    const image = await imageOfPicture(file, type)
    return image.length === pixels && image.every((ink) => ink >= 0 && ink <= 1) ? 'an image' : image
  } catch (error) {
    return error instanceof Problem ? error.status : error
  }
}

describe('whatever is sent comes to an image or a problem', { timeout: 60_000 }, () => {
  const edits = fc.array(fc.record({ at: fc.nat({ max: 100_000 }), byte: fc.nat({ max: 255 }) }), {
    minLength: 1,
    maxLength: 6,
  })

  test.each<[PictureType, readonly string[]]>([
    ['image/png', ['grey-8.png', 'palette-4-interlaced.png', 'rgba-16.png', 'grey-1.png']],
    ['image/jpeg', ['420.jpg', 'progressive.jpg', 'grey.jpg', '411.jpg']],
  ])('a broken %s', async (type, names) => {
    const files = fc.constantFrom(...names.map(fixture))
    const broken = fc.tuple(files, edits, fc.nat({ max: 40 })).map(([file, changes, missing]) => {
      const copy = Buffer.from(file.subarray(0, file.length - (missing > 20 ? missing : 0)))
      for (const { at, byte } of changes) copy[at % copy.length] = byte
      return type === 'image/png' ? withRightChecksums(copy) : copy
    })
    await fc.assert(
      fc.asyncProperty(broken, async (file) => {
        expect(['an image', 400, 413]).toContain(await outcomeOf(file, type))
      }),
      { numRuns: 400 },
    )
  })

  test('junk', async () => {
    const starts = fc.constantFrom(png.subarray(0, 8), png.subarray(0, 33), jpeg.subarray(0, 2), Buffer.alloc(0))
    await fc.assert(
      fc.asyncProperty(starts, fc.uint8Array({ maxLength: 200 }), async (start, rest) => {
        const file = Buffer.concat([start, rest])
        for (const type of ['image/png', 'image/jpeg'] as const)
          expect([400, 413]).toContain(await outcomeOf(file, type))
      }),
      { numRuns: 400 },
    )
  })
})

/** Else nearly every change would be found by its checksum alone, and none of what is behind them. */
function withRightChecksums(file: Buffer): Buffer {
  try {
    return withChunks(chunksIn(file).map(({ type, content }) => pngChunk(type, content)))
  } catch {
    return file
  }
}
