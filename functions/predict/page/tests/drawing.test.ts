import { expect, test } from 'vitest'

import { Drawing } from '../drawing.ts'
import { pictureOf } from '../picture.ts'
import { seven, strokesOf } from './strokes-by-corners.ts'

test('a stroke goes from putting the pen down to lifting it', () => {
  const drawing = new Drawing()
  expect(drawing.moveTo({ x: 0.5, y: 0.5 })).toBe(false)
  drawing.putDown({ x: 0.1, y: 0.1 })
  expect(drawing.moveTo({ x: 0.2, y: 0.1 })).toBe(true)
  drawing.lift()
  expect(drawing.moveTo({ x: 0.9, y: 0.9 })).toBe(false)
  drawing.putDown({ x: 0.3, y: 0.3 })
  expect(drawing.isPenDown).toBe(true)
  const line = [
    [0.1, 0.1],
    [0.2, 0.1],
  ] as const
  expect(drawing.strokes).toEqual(strokesOf(line, [[0.3, 0.3]]))
})

test('a pen at rest trembles, which is no move', () => {
  const drawing = new Drawing()
  drawing.putDown({ x: 0.1, y: 0.1 })
  expect(drawing.moveTo({ x: 0.101, y: 0.101 })).toBe(false)
  expect(drawing.strokes).toEqual(strokesOf([[0.1, 0.1]]))
})

test('it is asked about in numbers from 0 to 1, from which every grey can be told', () => {
  const drawing = new Drawing()
  for (const stroke of seven) {
    for (const [index, point] of stroke.entries()) {
      if (index === 0) drawing.putDown(point)
      else drawing.moveTo(point)
    }
  }
  const { type, body } = drawing.question()
  const { image } = JSON.parse(body as string) as { image: number[] }
  expect(type).toBe('application/json')
  expect(image.map((ink) => Math.round(ink * 255))).toEqual([...pictureOf(seven)])
})
