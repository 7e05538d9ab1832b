import fc from 'fast-check'
import { expect, test } from 'vitest'

import { centerOfMass, pictureOf, side, type Picture } from '../picture.ts'
import { onPaper, penWidth, type Point, type Stroke } from '../strokes.ts'
import { seven, strokesOf } from './strokes-by-corners.ts'

const highLine = strokesOf([
  [0.5, 0.1],
  [0.5, 0.9],
])
const wideLine = strokesOf([
  [0.1, 0.9],
  [0.4, 0.9],
])
const farApart = strokesOf([[0, 0]], [[1, 1]])
const smallSeven = seven.map((stroke) => stroke.map(({ x, y }) => onPaper(0.7 + x / 4, 0.1 + y / 4)))

/** How many rows, or columns, there are from the first with ink to the last. */
function extentOf(picture: Picture, along: (index: number) => number): number {
  const inked = [...picture.keys()].filter((index) => picture[index] !== 0).map(along)
  return Math.max(...inked) - Math.min(...inked) + 1
}

const inkOf = (picture: Picture): number => picture.reduce((sum, grey) => sum + grey / 255, 0)
const rowOf = (index: number): number => Math.floor(index / side)
const columnOf = (index: number): number => index % side

test.each<[what: string, strokes: Stroke[]]>([
  ['a seven', seven],
  ['a high line', highLine],
  ['a wide line', wideLine],
  ['dots far apart', farApart],
  ['a small seven', smallSeven],
])('%s becomes 20 px long, its center of mass in the middle', (_, strokes) => {
  const picture = pictureOf(strokes)
  const mass = centerOfMass(picture)
  expect(picture).toHaveLength(784)
  expect(mass.x).toBeCloseTo(14, 1)
  expect(mass.y).toBeCloseTo(14, 1)
  const length = Math.max(extentOf(picture, rowOf), extentOf(picture, columnOf))
  // Between two pixels, the ends of a line 20 px long color a pixel more.
  expect([20, 21]).toContain(length)
})

test('the picture is the same wherever on the paper it was drawn', () => {
  const moved = seven.map((stroke) => stroke.map(({ x, y }) => onPaper(x - 0.25, y + 0.1)))
  const there = pictureOf(moved)
  const differences = Array.from(pictureOf(seven), (grey, index) => Math.abs(grey - (there[index] ?? 0)))
  expect(Math.max(...differences)).toBeLessThanOrEqual(1)
})

test('a dot stays one', () => {
  const picture = pictureOf(strokesOf([[0.2, 0.3]]))
  expect(centerOfMass(picture)).toEqual({ x: 14, y: 14 })
  expect(extentOf(picture, rowOf)).toBe(4)
  expect(extentOf(picture, columnOf)).toBe(4)
})

test('the pen of a small drawing does not grow with the rest', () => {
  expect(inkOf(pictureOf(smallSeven)) / inkOf(pictureOf(seven))).toBeLessThan(2)
})

test('a line has as much ink as the pen leaves, with half a circle at each end', () => {
  const length = 0.8
  const scale = 20 / (length + penWidth)
  const area = (length * penWidth + Math.PI * (penWidth / 2) ** 2) * scale ** 2
  expect(inkOf(pictureOf(highLine)) / area).toBeCloseTo(1, 1)
})

test('without a stroke there is no ink', () => {
  expect(Math.max(...pictureOf([]))).toBe(0)
  expect(Math.max(...pictureOf([[]]))).toBe(0)
})

test('whatever is drawn leaves ink', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const point: fc.Arbitrary<Point> = fc.record({ x: share, y: share })
  const drawn = fc.array(fc.array(point, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(drawn, (strokes) => {
      expect(Math.max(...pictureOf(strokes))).toBeGreaterThan(0)
    }),
  )
})

test('a scribble of many minutes has its picture', () => {
  const scribble = Array.from({ length: 50_000 }, (_, step) => onPaper(0.5 + 0.4 * Math.sin(step), (step % 97) / 97))
  expect(Math.max(...pictureOf([scribble]))).toBe(255)
})
