import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { parseCondition } from './condition.ts'

function holds(text: string, result: number, stable?: number): boolean {
  return parseCondition(text).holds({ result, stable })
}

test.each<[string, number, number | undefined, boolean]>([
  ['result >= 0.95', 0.95, undefined, true],
  ['result >= 0.95', 0.949, undefined, false],
  ['result <= stable * 1.5 + 0.1', 0.4, 0.2, true],
  ['result <= stable * 1.5 + 0.1', 0.41, 0.2, false],
  ['result > 1 && result < 2 || result == 5', 5, undefined, true],
  ['!(result > 1)', 1, undefined, true],
  ['-result < -1', 2, undefined, true],
  ['2 - 1 - 1 == 0', 0, undefined, true],
  ['8 / 4 / 2 == 1', 0, undefined, true],
  ['result != 1e-3', 0.001, undefined, false],
  ['result / result', 0, undefined, false],
])('%s with %d, beside %d, is %s', (text, result, stable, expected) => {
  expect(holds(text, result, stable)).toBe(expected)
})

test.each([
  ['', 'Expected a number, "result", "stable" or "(" at character 1 of ""'],
  ['result >', 'at character 9'],
  ['(result', 'Expected ")" at character 8'],
  ['result 1', 'Expected an operator at character 8'],
  ['results > 1', 'at character 1'],
  ['process.exit()', 'at character 8'],
  ['result = 1', 'at character 8'],
  ['result > 1; 2', 'at character 11'],
  ['('.repeat(60) + '1' + ')'.repeat(60), 'Expected fewer parentheses and signs'],
])('%s is refused', (text, message) => {
  expect(() => parseCondition(text)).toThrow(message)
})

test('it knows whether it compares', () => {
  expect(parseCondition('result > 1').needsStable).toBe(false)
  expect(parseCondition('result > stable').needsStable).toBe(true)
})

/** Conditions that are JavaScript too, which has the same precedence. */
const { expression } = fc.letrec<{ expression: string; operand: string }>((tie) => ({
  operand: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('result', 'stable', '0', '0.5', '3'),
    tie('expression').map((inner) => `(${inner})`),
    tie('operand').map((inner) => `!(${inner})`),
  ),
  expression: fc
    .tuple(
      tie('operand'),
      fc.array(
        fc.tuple(fc.constantFrom('+', '-', '*', '/', '<', '>', '<=', '>=', '==', '!=', '&&', '||'), tie('operand')),
        { maxLength: 4 },
      ),
    )
    .map(([first, rest]) => [first, ...rest.flat()].join(' ')),
}))

test('a condition is true where JavaScript finds it true', () => {
  fc.assert(
    fc.property(
      expression,
      fc.integer({ min: -3, max: 3 }),
      fc.integer({ min: -3, max: 3 }),
      (text, result, stable) => {
        // oxlint-disable-next-line no-new-func, no-implied-eval, typescript/no-implied-eval -- the reference, of a text that was made here
        const reference = new Function('result', 'stable', `return Boolean(${text})`) as (
          a: number,
          b: number,
        ) => boolean
        expect(holds(text, result, stable)).toBe(reference(result, stable))
      },
    ),
  )
})

function messageOf(text: string): string | undefined {
  try {
    parseCondition(text)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

test('whatever is written, it is a condition or an error that says where', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(messageOf(text) ?? 'Expected nothing at character 0 of "').toMatch(/^Expected .* at character \d+ of "/s)
    }),
  )
})
