import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { Answer, Refusal } from '../answer.ts'
import { Asking, type Subject } from '../asking.ts'

interface Named extends Subject {
  readonly name: string
}

interface Asked {
  readonly name: string
  readonly signal: AbortSignal
  answer(outcome: Answer | Refusal): void
}

const answer = { digit: 1, probabilities: [], modelVersion: '1', seen: undefined, roundTripMs: 1, timings: new Map() }
const refusal = { title: 'No', detail: 'No.', isPassing: true }
const one = subject('one')
const other = subject('other')

let asked: Asked[]
let heard: string[]
let asking: Asking<Named>

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  heard = []
  asking = new Asking(
    ({ type: name }, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<Answer | Refusal>()
      signal.addEventListener('abort', () => reject(new Error('aborted')))
      asked.push({ name, signal, answer: resolve })
      return promise
    },
    {
      answered: ({ name }) => heard.push(`answered ${name}`),
      refused: ({ name }, { title }) => heard.push(`refused ${name}: ${title}`),
      waited: () => heard.push('waited'),
    },
  )
})

afterEach(() => {
  vi.useRealTimers()
})

function subject(name: string): Named {
  return { name, question: () => ({ type: name, body: '' }) }
}

function names(): string[] {
  return asked.map(({ name }) => name)
}

async function reply(outcome: Answer | Refusal): Promise<void> {
  asked.at(-1)?.answer(outcome)
  await vi.advanceTimersByTimeAsync(0)
}

test('one question is asked at a time, and then the newest', async () => {
  for (let time = 0; time < 5; time += 1) asking.ask(one)
  expect(names()).toEqual(['one'])
  await reply(answer)
  expect(names()).toEqual(['one', 'one'])
  await reply(answer)
  expect(names()).toEqual(['one', 'one'])
  expect(heard).toEqual(['answered one', 'answered one'])
})

test('an answer about what is not there any more is not waited for', async () => {
  asking.ask(one)
  asking.ask(other)
  await vi.advanceTimersByTimeAsync(0)
  expect(asked[0]?.signal.aborted).toBe(true)
  await reply(answer)
  asking.ask(one)
  asking.stop()
  await reply(answer)
  expect(heard).toEqual(['answered other'])
})

test('a question is asked again when the function says so, not earlier', async () => {
  asking.ask(one)
  await reply({ ...refusal, retryAfterSeconds: 2 })
  asking.ask(one)
  await vi.advanceTimersByTimeAsync(1999)
  expect(names()).toEqual(['one'])
  await vi.advanceTimersByTimeAsync(1)
  expect(names()).toEqual(['one', 'one'])
  await reply(answer)
  expect(heard).toEqual(['refused one: No', 'answered one'])
})

test('a question about what is not there any more is not asked again', async () => {
  asking.ask(one)
  await reply({ ...refusal, retryAfterSeconds: 2 })
  asking.stop()
  await vi.advanceTimersByTimeAsync(5000)
  expect(names()).toEqual(['one'])
  asking.ask(one)
  await reply({ ...refusal, retryAfterSeconds: 2 })
  asking.ask(other)
  await vi.advanceTimersByTimeAsync(0)
  expect(names()).toEqual(['one', 'one', 'other'])
})

test('it is said when an answer is late, and when there is none', async () => {
  asking.ask(one)
  await vi.advanceTimersByTimeAsync(500)
  await reply(refusal)
  await vi.advanceTimersByTimeAsync(5000)
  expect(heard).toEqual(['waited', 'refused one: No'])
})
