import fc from 'fast-check'
import { expect, test } from 'vitest'

import { eventsIn, type ServerEvent } from '../event-stream.ts'

async function eventsOf(chunks: readonly string[]): Promise<ServerEvent[]> {
  async function* sent(): AsyncGenerator<string> {
    yield* chunks
  }
  const read: ServerEvent[] = []
  for await (const event of eventsIn(sent())) read.push(event)
  return read
}

const text = 'retry: 1000\nid: a\n\nevent: created\nid: b\ndata: {"n":\ndata: 1}\n\n:\n\ndata:x\n\nevent: cut off'
const events = [
  { type: 'message', id: 'a', data: '' },
  { type: 'created', id: 'b', data: '{"n":\n1}' },
  { type: 'message', id: undefined, data: '' },
  { type: 'message', id: undefined, data: 'x' },
]

test('events are read, and one that is cut off is none', async () => {
  expect(await eventsOf([text])).toEqual(events)
})

test('events are the same however they come in parts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(text.length)), async (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), text.length]
      const chunks = places.slice(1).map((place, index) => text.slice(places[index], place))
      expect(await eventsOf(chunks)).toEqual(events)
    }),
  )
})
