import { expect, test } from 'vitest'

import { contextOf, traceId, traceparentOf } from './trace-context.ts'

const id = '4bf92f3577b34da6a3ce929d0e0e4736'
const parent = '00f067aa0ba902b7'

test.for([`00-${id}-${parent}-01`, `00-${id}-${parent}-00`, `cc-${id}-${parent}-01`, `01-${id}-${parent}-01-and-more`])(
  '%s has a trace id',
  (header) => {
    expect(traceId(header)).toBe(id)
  },
)

test.for([
  '',
  id,
  `ff-${id}-${parent}-01`,
  `0-${id}-${parent}-01`,
  `00-${id.toUpperCase()}-${parent}-01`,
  `00-${'0'.repeat(32)}-${parent}-01`,
  `00-${id}-${'0'.repeat(16)}-01`,
  `00-${id}-${parent}`,
  `00-${id}-${parent}-1`,
  `00-${id}-${parent}-01-and-more`,
  `00-${id}-${parent}-01-`,
  `01-${id}-${parent}-01x`,
  `00-${id}0-${parent}-01`,
  ` 00-${id}-${parent}-01`,
])('%j has none', (header) => {
  expect(traceId(header)).toBeUndefined()
})

test('no header has none', () => {
  expect(traceId(undefined)).toBeUndefined()
})

test('a context is read as it was written', () => {
  const context = contextOf(`00-${id}-${parent}-01`, 'vendor=1')
  expect(context).toEqual({ traceId: id, spanId: parent, flags: 1, state: 'vendor=1', isRemote: true })
  expect(context && traceparentOf(context)).toBe(`00-${id}-${parent}-01`)
})

test.for(['', 'x'.repeat(513), 'vendor=é'])('the tracestate %j is left, and the trace goes on', (state) => {
  expect(contextOf(`00-${id}-${parent}-01`, state)).toMatchObject({ traceId: id, state: undefined })
})
