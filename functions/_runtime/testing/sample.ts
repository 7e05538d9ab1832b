import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod/mini'

import { jsonBody } from '../body.ts'
import { defineFunction, type QuartetFunction } from '../function.ts'
import { serviceUnavailable } from '../problem.ts'
import { ok, text } from '../reply.ts'
import { route } from '../route.ts'
import { RuntimeSettings } from '../settings.ts'
import { Gate } from './gate.ts'

const SampleSettings = z.extend(RuntimeSettings, {
  /** What GET /greeting answers; "broken" does not open. */
  greeting: z._default(z.string(), 'hello'),
})

/** What the sample holds while it is open. */
interface SampleHeld {
  readonly greeting: string
  isClosed: boolean
}

export interface Sample {
  readonly function: QuartetFunction
  /** Holds the handlers of GET /wait. */
  readonly gate: Gate
  /** All that was opened, in that order. */
  readonly held: readonly SampleHeld[]
}

const anything = { 200: { description: 'Something', content: { 'application/json': z.unknown() } } }
const secret = 'hunter2'
const Word = z.strictObject({ word: z.string() })
const Count = z.strictObject({ count: z.string().check(z.regex(/^\d+$/)) })

/** Makes a function for tests of what every function stands on. */
export function makeSample(): Sample {
  const gate = new Gate()
  const held: SampleHeld[] = []
  const sample = defineFunction({
    name: 'sample',
    summary: 'Shows what every function does.',
    example: 'curl $URL/greeting',
    settings: SampleSettings,
    open({ settings: { greeting } }): SampleHeld {
      if (greeting === 'broken') throw new Error(`the sample does not open with ${secret}`)
      const opened = { greeting, isClosed: false }
      held.push(opened)
      return opened
    },
    close(closing: SampleHeld) {
      closing.isClosed = true
    },
    checks: {
      openness({ isClosed }) {
        if (isClosed) throw serviceUnavailable('The sample is closed.', 1)
      },
    },
    routes: {
      'GET /greeting': route({ summary: 'Greets.', replies: anything }, (_request, { greeting }: SampleHeld) =>
        ok({ greeting }),
      ),
      'GET /words/:word': route({ summary: 'Repeats a word.', params: Word, replies: anything }, ({ params, query }) =>
        ok({ ...params, query }),
      ),
      'POST /words': route(
        { summary: 'Repeats a word.', body: { 'application/json': jsonBody(Word) }, replies: anything },
        ({ body }) => ok(body),
      ),
      'GET /bytes/:count': route(
        { summary: 'Answers a long text.', params: Count, replies: anything },
        ({ params }) => {
          return text('x'.repeat(Number(params.count)))
        },
      ),
      'GET /wait': route(
        { summary: 'Waits at the gate.', replies: anything },
        async ({ signal }, { greeting }: SampleHeld) => {
          await gate.pass(signal)
          return ok({ greeting })
        },
      ),
      'GET /stay': route({ summary: 'Waits, whoever leaves.', replies: anything }, async () => {
        await gate.pass()
        return ok({})
      }),
      'GET /work/:count': route(
        { summary: 'Takes milliseconds.', params: Count, replies: anything },
        async ({ params, signal }) => {
          await sleep(Number(params.count), undefined, { signal })
          return { ...ok({}), timing: { work: Number(params.count) } }
        },
      ),
      'GET /fail': route({ summary: 'Fails.', replies: anything }, () => {
        throw new Error(`the password is ${secret}`)
      }),
      'GET /misshapen': route({ summary: 'Makes what HTTP cannot carry.', replies: anything }, () =>
        ok({}, { name: 'a\nb' }),
      ),
    },
  })
  return { function: sample, gate, held }
}
