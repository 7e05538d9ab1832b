import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { pixels } from '../model.ts'
import { TestDigits } from '../testing/mnist.ts'
import type { Orientation } from './orientation.ts'
import { imageOfPicture, type PictureType } from './picture.ts'
import type { Plane } from './plane.ts'
import { exifOf, JpegEncoder, stored, withExif } from './testing/jpeg-file.ts'
import { chunksIn, colorPng, greyPng, imageData, pngChunk, pngFile } from './testing/png-file.ts'
import { DigitReader } from './testing/reader.ts'
import { askew, blurred, inkOf, picture, placed, Random, sharp, type Field } from './testing/scene.ts'

const testdata = join(import.meta.dirname, 'testdata')
const digits = new TestDigits()
let reader: DigitReader
let jpeg: JpegEncoder

beforeAll(async () => {
  reader = await DigitReader.open()
  jpeg = await JpegEncoder.open()
})

afterAll(() => reader.close())

function typeOf(file: string): PictureType {
  return file.endsWith('.png') ? 'image/png' : 'image/jpeg'
}

function imageOfFile(file: string): Promise<Float32Array> {
  return imageOfPicture(readFileSync(join(testdata, file)), typeOf(file))
}

function contentOf(file: string, type: string): Buffer {
  const chunk = chunksIn(readFileSync(join(testdata, file))).find((each) => each.type === type)
  if (!chunk) throw new Error(`${file} has no ${type} chunk.`)
  return chunk.content
}

/** @returns the mean difference of two images */
function differenceOf(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0) / one.length
}

/** @returns how many of the first test digits are read right from a picture of each */
async function rightOf(
  count: number,
  make: (image: Float32Array, index: number) => Buffer,
  type: PictureType,
): Promise<number> {
  const images: Float32Array[] = []
  for (let index = 0; index < count; index += 1)
    images.push(await imageOfPicture(make(digits.images(index, 1), index), type))
  const read = await reader.read(images)
  return read.filter((digit, index) => digit === digits.labels[index]).length
}

/** The chunk that begins a picture of an animation. */
function frame(sequence: number): Buffer {
  const content = [0, 0, 0, sequence, 0, 0, 0, 60, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 10, 0, 0]
  return pngChunk('fcTL', Buffer.from(content))
}

async function rightAmong(images: readonly Float32Array[]): Promise<number> {
  return (await reader.read(images)).filter((digit, index) => digit === digits.labels[index]).length
}

/** A JPEG that is to be turned, in each of the ways that EXIF knows. */
function turnedPicture(image: Float32Array, index: number): Buffer {
  const orientation = (1 + (index % 8)) as Orientation
  const seen = inverted(onCanvas(image, index, 2))
  return withExif(jpeg.encode(stored(seen, orientation)), exifOf(orientation, index % 16 < 8 ? 'II' : 'MM'))
}

function noisy(strength: number, slope: number): Buffer {
  const random = new Random(1)
  return jpeg.encode(picture(320, 240, (x) => 0.8 - (slope * x) / 320 + strength * random.normal()))
}

const even: Field = () => 0.85
const ruled = (x: number, y: number, grey: number): number =>
  x % 24 < 1.5 || y % 24 < 1.5 ? Math.min(grey, 0.7) : grey
const isInk = (ink: number): boolean => ink > 0.3

describe('the forms of the files', () => {
  const files = readdirSync(testdata).filter((file) => /\.(?:png|jpg)$/.test(file) && file !== 'cmyk.jpg')

  test('are all of those that there are', () => {
    expect(files.length).toBe(40)
  })

  test.each(files)('%s shows the same seven', async (file) => {
    const image = await imageOfFile(file)
    expect(image.length).toBe(pixels)
    expect(image.every((ink) => ink >= 0 && ink <= 1)).toBe(true)
    expect(await reader.read([image])).toEqual([7])
    expect(differenceOf(image, await imageOfFile('grey-8.png'))).toBeLessThan(file.includes('-1') ? 0.12 : 0.07)
  })

  test('an animation shows the picture that stands for it', async () => {
    const header = { width: 60, height: 60, colorType: 0 }
    const blank = imageData(header, new Uint8Array(3600))
    const file = pngFile(
      header,
      pngChunk('acTL', Buffer.of(0, 0, 0, 2, 0, 0, 0, 0)),
      frame(0),
      pngChunk('IDAT', contentOf('grey-8.png', 'IDAT')),
      frame(1),
      pngChunk('fdAT', Buffer.concat([Buffer.of(0, 0, 0, 2), blank.subarray(8, -4)])),
    )
    expect(await imageOfPicture(file, 'image/png')).toEqual(await imageOfFile('grey-8.png'))
  })

  test('image data in many chunks is read as in one', async () => {
    const pieces = Array.from(contentOf('grey-8.png', 'IDAT'), (byte) => pngChunk('IDAT', Buffer.of(byte)))
    const file = pngFile({ width: 60, height: 60, colorType: 0 }, ...pieces)
    expect(await imageOfPicture(file, 'image/png')).toEqual(await imageOfFile('grey-8.png'))
  })

  test('what is after the end of a file is not looked at', async () => {
    for (const file of ['grey-8.png', '420.jpg']) {
      const bytes = Buffer.concat([readFileSync(join(testdata, file)), Buffer.from('a film, as telephones append it')])
      expect(await imageOfPicture(bytes, typeOf(file))).toEqual(await imageOfFile(file))
    }
  })
})

describe('an image of MNIST', () => {
  const count = 500

  test('comes out of a PNG of itself nearly unchanged, and is read as well', { timeout: 120_000 }, async () => {
    const raw = Array.from({ length: count }, (_, index) => digits.images(index, 1))
    const seen: Float32Array[] = []
    for (const values of raw) seen.push(await imageOfPicture(greyPng({ width: 28, height: 28, values }), 'image/png'))
    const differences = seen.map((image, index) => differenceOf(image, raw[index] ?? image))
    expect(differences.reduce((sum, difference) => sum + difference) / count).toBeLessThan(0.002)
    expect(Math.abs((await rightAmong(seen)) - (await rightAmong(raw)))).toBeLessThanOrEqual(0.003 * count)
  })

  test('is the same image on a light ground', async () => {
    for (let index = 0; index < 20; index += 1) {
      const values = digits.images(index, 1)
      const dark = await imageOfPicture(greyPng({ width: 28, height: 28, values }), 'image/png')
      const light = await imageOfPicture(
        greyPng({ width: 28, height: 28, values: values.map((ink) => 1 - ink) }),
        'image/png',
      )
      expect(differenceOf(dark, light)).toBeLessThan(0.001)
    }
  })
})

/** A digit somewhere on a picture of 120 x 90. */
function onCanvas(image: Float32Array, index: number, scale: number): Plane {
  const random = new Random(index)
  const left = random.uniform() * (120 - 28 * scale)
  const top = random.uniform() * (90 - 28 * scale)
  return picture(120, 90, placed(sharp(inkOf(image)), left, top, scale))
}

function inverted({ width, height, values }: Plane): Plane {
  return { width, height, values: values.map((value) => 1 - value) }
}

/** The box around the ink, with nothing around it. */
function cropped(image: Float32Array, scale: number): Plane {
  const rows = Array.from({ length: 28 }, (_, row) => image.subarray(row * 28, row * 28 + 28))
  const top = rows.findIndex((row) => row.some(isInk))
  const bottom = rows.findLastIndex((row) => row.some(isInk)) + 1
  const left = Math.min(...rows.map((row) => row.findIndex(isInk)).filter((column) => column >= 0))
  const right = Math.max(...rows.map((row) => row.findLastIndex(isInk))) + 1
  const ink = placed(inkOf(image), -left * scale, -top * scale, scale)
  return picture((right - left) * scale, (bottom - top) * scale, ink)
}

describe('of 100 test digits, 99 % are read right', { timeout: 120_000 }, () => {
  const count = 100
  const least = 0.99 * count
  const clear = 0
  const opaque = 255

  test.each<[string, (image: Float32Array, index: number) => Buffer]>([
    [
      'four times as large, in squares',
      (image) => greyPng(picture(112, 112, (x, y) => image[Math.floor(y / 4) * 28 + Math.floor(x / 4)] ?? 0)),
    ],
    ['ten times as large', (image) => greyPng(picture(280, 280, placed(inkOf(image), 0, 0, 10)))],
    ['half as large', (image) => greyPng(picture(14, 14, blurred(placed(inkOf(image), 0, 0, 0.5), 0.25)))],
    ['dark, anywhere on a large picture', (image, index) => greyPng(inverted(onCanvas(image, index, 3)))],
    ['light, anywhere on a large picture', (image, index) => greyPng(onCanvas(image, index, 1.5))],
    ['cut off at its edges', (image) => greyPng(cropped(image, 5))],
    ['dark, cut off at its edges', (image) => greyPng(inverted(cropped(image, 5)))],
    [
      'drawn in white on nothing',
      (image, index) => colorPng(onCanvas(image, index, 3), (ink) => [255, 255, 255, Math.round(255 * ink)]),
    ],
    [
      'drawn in black on nothing',
      (image, index) => colorPng(onCanvas(image, index, 3), (ink) => [0, 0, 0, Math.round(255 * ink)]),
    ],
    [
      'drawn in red on nothing that is white',
      (image, index) =>
        colorPng(onCanvas(image, index, 3), (ink) => (ink > 0.5 ? [200, 30, 30, opaque] : [255, 255, 255, clear])),
    ],
    [
      'yellow on white',
      (image, index) => colorPng(onCanvas(image, index, 3), (ink) => [255, 255, Math.round(255 * (1 - ink)), opaque]),
    ],
    [
      'blue on black',
      (image, index) => colorPng(onCanvas(image, index, 3), (ink) => [0, 0, Math.round(255 * ink), opaque]),
    ],
  ])('as a PNG: %s', async (_, make) => {
    expect(await rightOf(count, make, 'image/png')).toBeGreaterThanOrEqual(least)
  })

  test.each<[string, (image: Float32Array, index: number) => Buffer]>([
    ['28 x 28', (image) => jpeg.encode({ width: 28, height: 28, values: image })],
    ['four times as large', (image) => jpeg.encode(picture(112, 112, placed(inkOf(image), 0, 0, 4)))],
    [
      'dark, anywhere, in color, of half the quality',
      (image, index) => jpeg.encode(inverted(onCanvas(image, index, 3)), { quality: 50, isColor: true }),
    ],
    [
      'dark, anywhere, progressive',
      (image, index) => jpeg.encode(inverted(onCanvas(image, index, 3)), { isProgressive: true }),
    ],
  ])('as a JPEG: %s', async (_, make) => {
    expect(await rightOf(count, make, 'image/jpeg')).toBeGreaterThanOrEqual(least)
  })

  test('turned and mirrored as EXIF says', async () => {
    expect(await rightOf(count, turnedPicture, 'image/jpeg')).toBeGreaterThanOrEqual(least)
  })
})

describe('of 100 test digits in photographs, 98 % are read right', { timeout: 120_000 }, () => {
  const count = 100
  const [width, height] = [200, 150]

  interface Scene {
    readonly light?: Field
    /** Of the light on the paper that the ink leaves. */
    readonly ink?: number
    readonly noise?: number
    readonly isAskew?: boolean
    /** What is not ink and is seen. */
    readonly over?: (x: number, y: number, grey: number) => number
  }

  const fromOneSide: Field = (x, y) => 0.95 - (0.5 * x) / width - (0.1 * y) / height
  const throughLens: Field = (x, y) => 0.9 - 0.8 * ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2)
  const onTable = (x: number, y: number, grey: number): number => (x < 20 || y < 15 || y > height - 10 ? 0.3 : grey)

  function photograph(image: Float32Array, index: number, scene: Scene): Plane {
    const { light = even, ink: inkLight = 0.3, noise = 0.02, isAskew = false, over } = scene
    const random = new Random(index)
    const left = 20 + random.uniform() * (width - 20 - 98)
    const top = 15 + random.uniform() * (height - 25 - 98)
    const flat = placed(sharp(inkOf(image)), left, top, 3.5)
    const ink = blurred(isAskew ? askew(flat, width, height) : flat, 1)
    return picture(width, height, (x, y) => {
      const grey = light(x, y) * (1 - (1 - inkLight) * ink(x, y))
      return (over?.(x, y, grey) ?? grey) + noise * random.normal()
    })
  }

  test.each<[string, Scene]>([
    ['of paper', {}],
    ['in light from one side', { light: fromOneSide }],
    ['through a lens that darkens the corners', { light: throughLens }],
    ['full of noise', { light: fromOneSide, ink: 0.4, noise: 0.06 }],
    ['of a pencil', { light: fromOneSide, ink: 0.7, noise: 0.015 }],
    ['of squared paper', { light: throughLens, over: ruled }],
    ['of a sheet on a dark table', { over: onTable }],
    ['of paper from the side', { light: fromOneSide, isAskew: true }],
    ['of chalk on a blackboard', { light: (x) => 0.15 + (0.15 * x) / width, ink: 3, noise: 0.03 }],
  ])('%s', async (_, scene) => {
    const make = (image: Float32Array, index: number): Buffer =>
      jpeg.encode(photograph(image, index, scene), { isColor: true })
    expect(await rightOf(count, make, 'image/jpeg')).toBeGreaterThanOrEqual(0.98 * count)
  })
})

describe('a picture without a digit is refused', () => {
  test.each<[string, () => Buffer, PictureType]>([
    ['white', () => greyPng(picture(200, 100, () => 1)), 'image/png'],
    ['black', () => greyPng(picture(28, 28, () => 0)), 'image/png'],
    ['of one pixel', () => greyPng(picture(1, 1, () => 0.5)), 'image/png'],
    [
      'transparent',
      () =>
        colorPng(
          picture(40, 40, () => 0),
          () => [0, 0, 0, 0],
        ),
      'image/png',
    ],
    [
      'with a speck of dust',
      () => greyPng(picture(300, 300, (x, y) => (Math.hypot(x - 90, y - 50) < 1.5 ? 0 : 1))),
      'image/png',
    ],
    ['of noise', () => noisy(0.1, 0), 'image/jpeg'],
    ['of paper in light from one side', () => noisy(0.02, 0.4), 'image/jpeg'],
    [
      'with a frame',
      () => greyPng(picture(100, 100, (x, y) => (Math.min(x, y, 100 - x, 100 - y) < 5 ? 0 : 1))),
      'image/png',
    ],
  ])('%s', async (_, make, type) => {
    await expect(imageOfPicture(make(), type)).rejects.toMatchObject({
      status: 400,
      detail: expect.stringMatching(/^No digit stands out .*Send one /),
    })
  })
})
