import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { edited } from '../../_runtime/testing/json-texts.ts'
import { Problem } from '../../_runtime/reply/problem.ts'
import { pixels, side } from '../model.ts'
import { TestDigits } from '../testing/mnist.ts'
import { imagesOfDocument } from './json-images.ts'
import { mostImages, readImages, type Images } from './json-reader.ts'

const mnist = new TestDigits()

/** What JSON.parse and the schema make of a text; undefined where they refuse it. */
function byParsing(text: string): Images | undefined {
  try {
    return imagesOfDocument(Buffer.from(text))
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

/** The reader may leave a text to JSON.parse; what it takes, it takes as JSON.parse does, to the last bit. */
function outcomeOf(text: string): 'read' | 'left' | 'read otherwise' {
  const read = readImages(Buffer.from(text))
  if (!read) return 'left'
  const parsed = byParsing(text)
  const isSame = parsed?.isList === read.isList && bitsOf(read.values).equals(bitsOf(parsed.values))
  return isSame ? 'read' : 'read otherwise'
}

/** Minus zero is another than zero here, as it is for nobody else. */
function bitsOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

/** A text of 784 numbers, of which some are given. */
function flat(...numbers: readonly string[]): string {
  return `[${[...numbers, ...Array.from({ length: pixels - numbers.length }, () => '0')].join(',')}]`
}

function rows(numbers: readonly number[]): number[][] {
  return Array.from({ length: side }, (_, row) => numbers.slice(row * side, (row + 1) * side))
}

const image = [...mnist.images(0, 1)]
const bytes = image.map((grey) => Math.round(grey * 255))

describe('what clients send is read without JSON.parse', () => {
  const asPython = JSON.stringify({ image }).replaceAll(',', ', ').replaceAll(':', ': ').replaceAll(/\b0,/g, '0.0,')
  test.for([
    ['as JSON.stringify writes it', JSON.stringify({ image })],
    ['as Python writes it', asPython],
    ['indented', JSON.stringify({ image }, null, 2)],
    ['with lines of Windows', JSON.stringify({ image }, null, '\t').replaceAll('\n', '\r\n')],
    ['in rows', JSON.stringify({ image: rows(image) })],
    ['in rows, indented', JSON.stringify({ image: rows(image) }, null, 2)],
    ['as bytes, the scale first', JSON.stringify({ scale: 255, image: bytes })],
    ['as bytes, the scale last', JSON.stringify({ image: bytes, scale: 255 })],
    ['as bytes, the scale between', JSON.stringify({ images: [rows(bytes), bytes], scale: 255 })],
    ['with the scale that it has anyhow', JSON.stringify({ image, scale: 1 })],
    ['a list of one', JSON.stringify({ images: [image] })],
    ['a list of as many as may be', JSON.stringify({ images: Array.from({ length: mostImages }, () => image) })],
    ['of a few decimals', JSON.stringify({ image: image.map((grey) => Number(grey.toFixed(4))) })],
    ['of doubles', JSON.stringify({ image: bytes.map((byte) => byte / 255) })],
    ['of all digits that a float32 has as a double', JSON.stringify({ image: [...Float32Array.from(image)] })],
    ['space around', ` \n${JSON.stringify({ image })}\r\n\t `],
  ] as const)('%s', ([, text]) => {
    expect(outcomeOf(text)).toBe('read')
  })
})

test.for([
  ['no JSON', '{"image":'],
  ['nothing', ''],
  ['no image', '{}'],
  ['a scale alone', '{"scale":255}'],
  ['a number below zero', `{"image":${flat('-0.5')}}`],
  ['a number above the scale', `{"image":${flat('1.0000001')}}`],
  ['bytes above 255', `{"scale":255,"image":${flat('256')}}`],
  ['a leading zero', `{"image":${flat('00')}}`],
  ['a point without decimals', `{"image":${flat('0.')}}`],
  ['a point alone', `{"image":${flat('.5')}}`],
  ['no number', `{"image":${flat('null')}}`],
  ['a number too few', `{"image":[${'0,'.repeat(pixels - 2)}0]}`],
  ['a number too many', `{"image":[${'0,'.repeat(pixels)}0]}`],
  ['a comma at the end', `{"image":[${'0,'.repeat(pixels)}]}`],
  ['a row too few', `{"image":[${Array.from({ length: side - 1 }, () => `[${'0,'.repeat(side - 1)}0]`).join(',')}]}`],
  ['a list of none', '{"images":[]}'],
  ['one more than may be', JSON.stringify({ images: Array.from({ length: mostImages + 1 }, () => image) })],
  ['an image and images', `{"image":${flat()},"images":[${flat()}]}`],
  ['another scale', `{"image":${flat()},"scale":2}`],
  ['another key', `{"image":${flat()},"model":1}`],
  ['something behind', `{"image":${flat()}}}`],
  ['a byte order mark before', `\ufeff{"image":${flat()}}`],
] as const)('%s is not read, and is refused by the schema', ([, text]) => {
  expect(readImages(Buffer.from(text))).toBeUndefined()
  expect(byParsing(text)).toBeUndefined()
})

test.for([
  ['a number with an exponent', `{"image":${flat('1e-3')}}`],
  ['minus zero', `{"image":${flat('-0')}}`],
  ['an escaped key', `{"im\\u0061ge":${flat()}}`],
  ['a key that stands twice', `{"image":${flat('1')},"image":${flat()}}`],
  ['a scale with decimals', `{"image":${flat()},"scale":1.0}`],
] as const)('%s is left to JSON.parse, which takes it', ([, text]) => {
  expect(readImages(Buffer.from(text))).toBeUndefined()
  expect(byParsing(text)).toBeDefined()
})

// Numbers as people, printers and enemies write them.
const decimals = fc.stringMatching(/^\d{1,25}$/)
const written = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }).map(String),
  fc.float({ min: 0, max: 1, noNaN: true }).map(String),
  decimals.map((digits) => `0.${digits}`),
  fc.tuple(decimals, fc.nat({ max: 30 })).map(([digits, zeros]) => `0.${'0'.repeat(zeros)}${digits}`),
  fc.tuple(fc.nat({ max: 255 }), decimals).map(([whole, digits]) => `${whole}.${digits}`),
  // The middle between two floats, and a hair beside it: where rounding twice would go wrong.
  fc.float({ min: Math.fround(0.001), max: 1, noNaN: true }).map((grey) => {
    const next = new Float32Array(
      new Uint32Array([(new Uint32Array(new Float32Array([grey]).buffer)[0] ?? 0) - 1]).buffer,
    )[0]
    return ((grey + (next ?? 0)) / 2).toFixed(20)
  }),
  fc.constantFrom('0', '1', '0.0', '1.0', '1.00000000000000000001', '0.99999999999999999999', '255.00000000000001'),
  fc.constantFrom('1e-7', '5E-1', '-0', '-1', '01', '.5', '1.', '1e400', 'null', '', ' 0 '),
)

test('any number is read as JSON.parse reads it, or left to it', () => {
  const lists = fc.array(written, { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(lists, fc.boolean(), (numbers, isOf255) => {
      const text = `{"image":${flat(...numbers)}${isOf255 ? ',"scale":255' : ''}}`
      expect(outcomeOf(text)).not.toBe('read otherwise')
    }),
    { numRuns: 3000 },
  )
})

test('most numbers are read, however many decimals they have', () => {
  const read = fc
    .sample(fc.double({ min: 0.001, max: 1, noNaN: true }), 1000)
    .filter((grey) => readImages(Buffer.from(`{"image":${flat(grey.toFixed(17))}}`)))
  expect(read.length).toBeGreaterThan(990)
})

test('a text that somebody has changed is read as JSON.parse reads it, or left to it', () => {
  const texts = fc.constantFrom(
    `{"image":${flat('1', '0.5')}}`,
    `{ "scale" : 255 , "image" : ${flat('255', '7')} }`,
    `{"image":${JSON.stringify(rows(image))},"scale":1}`,
    `{"images":[${flat('0.25')},${flat('1')}]}`,
  )
  fc.assert(
    fc.property(edited(texts), (text) => {
      expect(outcomeOf(text)).not.toBe('read otherwise')
    }),
    { numRuns: 3000 },
  )
})

test('junk is left', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (junk) => {
      expect(readImages(Buffer.from(junk))).toBeUndefined()
    }),
    { numRuns: 1000 },
  )
})
