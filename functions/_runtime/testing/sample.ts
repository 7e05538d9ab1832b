import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod/mini'

import { jsonBody } from '../request/body.ts'
import { ReplyStream } from '../reply/reply-stream.ts'
import { defineFunction, type QuartetFunction } from '../function/function.ts'
import { serviceUnavailable } from '../reply/problem.ts'
import { ok, streamed, text } from '../reply/reply.ts'
import { route } from '../function/route.ts'
import { RuntimeSettings } from '../settings/settings.ts'
import { Gate } from './gate.ts'

const SampleSettings = z.extend(RuntimeSettings, {
  /** What GET /greeting answers; "broken" does not open. */
  greeting: z._default(z.string(), 'hello'),
})

/** What the sample holds while it is open. */
interface SampleHeld {
  readonly greeting: string
  readonly ending: AbortSignal
  isClosed: boolean
}

export interface Sample {
  readonly function: QuartetFunction
  /** Holds the handlers of GET /wait. */
  readonly gate: Gate
  /** The parts that GET /parts and GET /broken have made. */
  readonly made: readonly number[]
  /** All that was opened, in that order. */
  readonly held: readonly SampleHeld[]
}

const anything = { 200: { description: 'Something', content: { 'application/json': z.unknown() } } }
const secret = 'hunter2'
const partBytes = 1000
const Word = z.strictObject({ word: z.string() })
const Count = z.strictObject({ count: z.string().check(z.regex(/^\d+$/)) })

/** Makes a function for tests of what every function stands on. */
export function makeSample(): Sample {
  const gate = new Gate()
  const held: SampleHeld[] = []
  const made: number[] = []
  async function* parts(count: number): AsyncGenerator<string> {
    for (let part = 0; part < count; part += 1) {
      made.push(part)
      await Promise.resolve()
      yield `${part}`.padEnd(partBytes)
    }
  }
  async function* broken(count: number): AsyncGenerator<string> {
    yield* parts(count)
    throw serviceUnavailable('The sample broke off.', 1)
  }
  async function* endless(signal: AbortSignal): AsyncGenerator<string> {
    yield 'begin'
    try {
      while (!signal.aborted) {
        await gate.pass(signal)
        yield 'opened'
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
  const sample = defineFunction({
    name: 'sample',
    summary: 'Shows what every function does.',
    example: 'curl $URL/greeting',
    settings: SampleSettings,
    open({ settings: { greeting }, ending }): SampleHeld {
      if (greeting === 'broken') throw new Error(`the sample does not open with ${secret}`)
      const opened = { greeting, ending, isClosed: false }
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
      'GET /parts/:count': route(
        { summary: 'Answers numbers, one after another, in parts of 1,000 bytes.', params: Count, replies: anything },
        ({ params }) => streamed(new ReplyStream(parts(Number(params.count))), 'text/plain'),
      ),
      'GET /broken/:count': route(
        { summary: 'Answers so many parts, then fails.', params: Count, replies: anything },
        ({ params }) => streamed(new ReplyStream(broken(Number(params.count))), 'text/plain'),
      ),
      'GET /endless': route(
        { summary: 'Waits at the gate before each part, aside.', replies: anything },
        (request, { ending }: SampleHeld) => {
          request.stepAside()
          const signal = AbortSignal.any([request.signal, ending])
          return streamed(new ReplyStream(endless(signal)), 'text/plain')
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
  return { function: sample, gate, made, held }
}
