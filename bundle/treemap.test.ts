import fc from 'fast-check'
import { expect, test } from 'vitest'

import { boxesOf, treemapOf } from './treemap.ts'

const whole = { x: 0, y: 0, width: 620, height: 340 }

test('every part has the share of the area that it has of the bytes', () => {
  const part = fc.record({ part: fc.string(), bytes: fc.integer({ min: 1, max: 1_000_000 }) })
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 40 }), (parts) => {
      const total = parts.reduce((sum, { bytes }) => sum + bytes, 0)
      const boxes = boxesOf(parts, whole)
      expect(boxes.map(({ bytes }) => bytes)).toEqual(parts.map(({ bytes }) => bytes))
      for (const { bytes, box } of boxes) {
        expect((box.width * box.height) / (whole.width * whole.height)).toBeCloseTo(bytes / total, 6)
      }
    }),
  )
})

test('the picture names what is large enough to be read', () => {
  const largest = [
    { part: 'functions/configs', bytes: 90_000 },
    { part: 'zod', bytes: 60_000 },
  ]
  const svg = treemapOf([{ name: 'configs', bundleBytes: 150_000, totalBytes: 150_000, largest, packages: [] }])
  for (const text of ['configs: 146.5 KB', 'functions/configs', 'zod', '58.6 KB']) expect(svg).toContain(`>${text}<`)
})
