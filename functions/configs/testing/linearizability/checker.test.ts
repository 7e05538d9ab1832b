import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { isLinearizableByForce } from './brute-force.ts'
import { linearize } from './checker.ts'
import { oneConfig, type Action } from './one-config.ts'
import type { Operation } from './operation.ts'

/** @param times of call and answer; without an answer, of the call */
function at([calledAt, answeredAt = Infinity]: readonly [number, number?], action: Action): Operation<Action> {
  return { action, calledAt, answeredAt }
}

const read = (value: number): Action => ({ kind: 'read', value })
const created = (value: number): Action => ({ kind: 'write', value, where: 'nothing', answer: 'created' })
const changed = (value: number): Action => ({ kind: 'write', value, where: 'something', answer: 'changed' })
const removed: Action = { kind: 'write', value: 0, where: 'something', answer: 'changed' }
const maybe = (value: number): Action => ({ kind: 'write', value, where: 'anywhere', answer: 'unknown' })
const changedFrom = (before: number, value: number): Action => {
  return { kind: 'write', value, where: { value: before }, answer: 'changed' }
}
const refusedFrom = (before: number, value: number): Action => {
  return { kind: 'write', value, where: { value: before }, answer: 'refused' }
}

const good: Record<string, Operation<Action>[]> = {
  'no operation': [],
  'one after the other': [at([1, 2], created(1)), at([3, 4], read(1)), at([5, 6], removed), at([7, 8], read(0))],
  'a read beside a write that sees it, before one that does not': [
    at([1, 2], created(1)),
    at([3, 10], changed(2)),
    at([4, 9], read(2)),
    at([5, 8], read(1)),
  ],
  'two who change what both have read, of whom one is refused': [
    at([1, 2], created(1)),
    at([3, 6], changedFrom(1, 2)),
    at([4, 5], refusedFrom(1, 3)),
    at([7, 8], read(2)),
  ],
  'a change without an answer that was done late': [
    at([1, 2], created(1)),
    at([3], maybe(2)),
    at([4, 5], read(1)),
    at([6, 7], read(2)),
  ],
  'a change without an answer that was never done': [at([1, 2], created(1)), at([3], maybe(2)), at([4, 5], read(1))],
  'a change without an answer that only a refusal shows': [
    at([1, 2], created(1)),
    at([3], maybe(2)),
    at([4, 5], refusedFrom(1, 3)),
  ],
  'a removal without an answer, and a create after it': [
    at([1, 2], created(1)),
    at([3], { kind: 'write', value: 0, where: 'something', answer: 'unknown' }),
    at([4, 5], created(2)),
  ],
}

const bad: Record<string, Operation<Action>[]> = {
  'a lost update: two changed the same value': [
    at([1, 2], created(1)),
    at([3, 5], changedFrom(1, 2)),
    at([4, 6], changedFrom(1, 3)),
  ],
  'a stale read': [at([1, 2], created(1)), at([3, 4], changed(2)), at([5, 6], read(1))],
  'a stale read beside a write that another has seen': [
    at([1, 2], created(1)),
    at([3, 20], changed(2)),
    at([4, 5], read(2)),
    at([6, 7], read(1)),
  ],
  'what was removed is back': [at([1, 2], created(1)), at([3, 4], removed), at([5, 6], read(1))],
  'an acknowledged write is lost': [at([1, 2], created(1)), at([3, 4], read(0))],
  'an acknowledged change is lost': [
    at([1, 2], created(1)),
    at([3, 4], changed(2)),
    at([5], maybe(3)),
    at([6, 7], read(1)),
  ],
  'a change without an answer that is done twice': [
    at([1, 2], created(1)),
    at([3], maybe(2)),
    at([4, 5], read(2)),
    at([6, 7], changed(3)),
    at([8, 9], read(2)),
  ],
  'a change that is seen before it was asked for': [at([1, 2], created(1)), at([3, 4], read(2)), at([5], maybe(2))],
  'a refusal where the value is the one that was asked for': [at([1, 2], created(1)), at([3, 4], refusedFrom(1, 2))],
  'a refused change that was made': [at([1, 2], created(1)), at([3, 4], refusedFrom(7, 2)), at([5, 6], read(2))],
  'two creates': [at([1, 3], created(1)), at([2, 4], created(2))],
  'nothing was there for a change, though something was': [
    at([1, 2], created(1)),
    at([3, 4], { kind: 'write', value: 2, where: 'something', answer: 'missing' }),
  ],
}

test.each(Object.entries(good))('can have been: %s', (_, history) => {
  expect(linearize(history, oneConfig)).toMatchObject({ isLinearizable: true, unexplained: [] })
  expect(isLinearizableByForce(history, oneConfig)).toBe(true)
})

test.each(Object.entries(bad))('cannot have been: %s', (_, history) => {
  const { isLinearizable, unexplained } = linearize(history, oneConfig)
  expect(isLinearizable).toBe(false)
  expect(unexplained).not.toEqual([])
  expect(isLinearizableByForce(history, oneConfig)).toBe(false)
})

const value = fc.integer({ min: 0, max: 3 })
const action: fc.Arbitrary<Action> = fc.oneof(
  value.map(read),
  fc.record({
    kind: fc.constant('write' as const),
    value,
    where: fc.oneof(
      fc.constantFrom('anywhere' as const, 'something' as const, 'nothing' as const),
      value.map((found) => ({ value: found })),
    ),
    answer: fc.constantFrom('created', 'changed', 'missing', 'refused'),
  }),
)

/** Some operations at once: each call and each answer has a place of its own, the answer after the call. */
const history = fc
  .uniqueArray(fc.tuple(action, fc.nat(), fc.nat(), fc.boolean()), { maxLength: 6, selector: ([, place]) => place })
  .map((drawn) => {
    const places = drawn.flatMap(([, one, other], index) => [
      { index, place: one },
      { index, place: other },
    ])
    const order = places.toSorted((one, other) => one.place - other.place).map(({ index }) => index)
    return drawn.map(([each, , , isLost], index): Operation<Action> => {
      const calledAt = order.indexOf(index)
      if (isLost && each.kind === 'write') return at([calledAt], { ...each, answer: 'unknown' })
      return at([calledAt, order.lastIndexOf(index)], each)
    })
  })

test('it decides as trying every order does', () => {
  const verdicts = new Set<boolean>()
  fc.assert(
    fc.property(history, (operations) => {
      const { isLinearizable } = linearize(operations, oneConfig)
      verdicts.add(isLinearizable)
      expect(isLinearizable).toBe(isLinearizableByForce(operations, oneConfig))
    }),
    { numRuns: 3000 },
  )
  expect(verdicts.size).toBe(2)
})

const write = fc.constantFrom('anywhere' as const, 'something' as const, 'nothing' as const)

test('a long history of many clients at once is explained, and is not when a read of it is stale', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(write, fc.nat(7), fc.nat(7), fc.boolean()), { minLength: 300 }), (drawn) => {
      // Each is done at its place in this order, is called up to eight places before, and answered as much after.
      let state = 0
      const operations = drawn.map(([where, early, late, isRead], index): Operation<Action> => {
        const times = [index - early - index / 1000, index + late + 0.5 + index / 1000] as const
        if (isRead) return at(times, read(state))
        const asked = { kind: 'write', value: index + 1, where } as const
        const answers = ['created', 'changed', 'missing', 'refused'] as const
        const answer = answers.find((each) => oneConfig.step(state, { ...asked, answer: each }) !== undefined)
        const told: Action = { ...asked, answer: answer ?? 'unknown' }
        state = oneConfig.step(state, told) ?? state
        return at(times, told)
      })
      expect(linearize(operations, oneConfig).isLinearizable).toBe(true)
      const end = drawn.length + 1000
      const after = [at([end, end + 1], changed(end)), at([end + 2, end + 3], read(state))]
      expect(linearize([...operations, ...after], oneConfig).isLinearizable).toBe(false)
    }),
    { numRuns: 20 },
  )
})
