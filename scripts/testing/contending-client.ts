import * as z from 'zod/mini'

import { RawConnection, type Answer, type RawRequest } from '../../functions/_runtime/testing/raw-connection.ts'
import { nothing, type Action, type Value } from '../../functions/configs/testing/linearizability/one-config.ts'
import { sleep } from '../local/sleep.ts'
import type { ContestedConfig } from './contested-config.ts'

const Document = z.object({ metadata: z.object({ value: z.int() }) })
const ProblemDocument = z.object({ status: z.int(), detail: z.string() })

/** What a client last saw of a config. */
interface Seen {
  readonly value: Value
  readonly etag: string
}

/** A request, and what it asks for. */
interface Intent {
  readonly request: RawRequest
  readonly value: Value
  readonly where: Extract<Action, { kind: 'write' }>['where']
}

const json = 'content-type: application/json'
const retryMs = 20

/** A client that does one thing after the other to configs, at random, and notes what it was told. */
export class ContendingClient {
  readonly #port: number
  #connection: RawConnection | undefined
  /** The longest time that an answer took. */
  slowestMs = 0

  constructor(port: number) {
    this.#port = port
  }

  /** Contends for a config until a point in time, in milliseconds since the process began. */
  async contend(config: ContestedConfig, until: number): Promise<void> {
    let seen: Seen | undefined
    while (performance.now() < until) {
      seen = Math.random() < 0.4 ? await this.read(config, seen) : await this.#write(config, seen)
    }
  }

  /** @param seen what the client may say that it has */
  async read(config: ContestedConfig, seen?: Seen): Promise<Seen | undefined> {
    const headers = seen && Math.random() < 0.3 ? [`if-none-match: ${seen.etag}`] : []
    const calledAt = config.now()
    const answer = await this.#ask({ target: `/configs/${config.name}`, headers })
    if (!answer || answer.status === 503) return seen
    if (answer.status === 404) {
      config.note(calledAt, { kind: 'read', value: nothing })
      return undefined
    }
    const { etag = '' } = answer.headers
    const found = answer.status === 304 && seen ? seen : { value: valueIn(answer, 200), etag }
    config.note(calledAt, { kind: 'read', value: found.value })
    config.noteTag(etag, found.value)
    return found
  }

  close(): void {
    this.#connection?.destroy()
  }

  async #write(config: ContestedConfig, seen: Seen | undefined): Promise<Seen | undefined> {
    const { request, value, where } = intentFor(config, seen)
    const calledAt = config.now()
    const answer = await this.#ask(request)
    if (answer && isRefusedForNow(answer)) return seen
    const told = (answer && writeAnswers[answer.status]) ?? 'unknown'
    config.note(calledAt, { kind: 'write', value, where, answer: told })
    if (!answer || (told !== 'created' && told !== 'changed') || value === nothing) return undefined
    const { etag = '' } = answer.headers
    if (valueIn(answer, answer.status) !== value) throw new Error(`It was told of another document: ${answer.body}`)
    config.noteTag(etag, value)
    return { value, etag }
  }

  /** @returns undefined where the connection ended before the answer */
  async #ask(request: RawRequest): Promise<Answer | undefined> {
    const askedAt = performance.now()
    try {
      this.#connection ??= await RawConnection.open(this.#port)
      const answer = await this.#connection.ask(request)
      if (answer.status === 503) await sleep(retryMs)
      return answer
    } catch {
      this.#connection?.destroy()
      this.#connection = undefined
      return undefined
    } finally {
      this.slowestMs = Math.max(this.slowestMs, performance.now() - askedAt)
    }
  }
}

const writeAnswers: Record<number, 'created' | 'changed' | 'missing' | 'refused' | 'unknown'> = {
  200: 'changed',
  201: 'created',
  204: 'changed',
  404: 'missing',
  409: 'refused',
  412: 'refused',
  503: 'unknown',
}

function intentFor(config: ContestedConfig, seen: Seen | undefined): Intent {
  const value = config.newValue()
  const target = `/configs/${config.name}`
  const body = JSON.stringify({ name: config.name, metadata: { value } })
  const put = { method: 'PUT', target, headers: [json], body }
  const intents: Intent[] = [
    { request: { ...put, method: 'POST', target: '/configs' }, value, where: 'nothing' },
    { request: { ...put, headers: [json, 'if-none-match: *'] }, value, where: 'nothing' },
    { request: { ...put, target: `${target}?create=true` }, value, where: 'anywhere' },
    { request: put, value, where: 'something' },
    {
      request: {
        method: 'PATCH',
        target,
        headers: ['content-type: application/merge-patch+json'],
        body: JSON.stringify({ metadata: { value } }),
      },
      value,
      where: 'something',
    },
    { request: { method: 'DELETE', target }, value: nothing, where: 'something' },
  ]
  const onSeen: Intent[] = seen
    ? [
        {
          request: { ...put, headers: [json, `if-match: ${seen.etag}`] },
          value,
          where: { value: seen.value },
        },
        {
          request: { method: 'DELETE', target, headers: [`if-match: ${seen.etag}`] },
          value: nothing,
          where: { value: seen.value },
        },
      ]
    : []
  // Half of the changes by who has seen something depend on it.
  return anyOf(onSeen.length > 0 && Math.random() < 0.5 ? onSeen : intents)
}

function anyOf<T>(items: readonly T[]): T {
  const item = items[Math.floor(Math.random() * items.length)]
  if (item === undefined) throw new Error('There is nothing to choose from.')
  return item
}

/** Whether nothing was done: a 503 says so where a change may have been made all the same. */
function isRefusedForNow({ status, body }: Answer): boolean {
  if (status !== 503) return false
  return !/\bmay\b/.test(z.parse(ProblemDocument, JSON.parse(body)).detail)
}

function valueIn({ status, body }: Answer, expected: number): Value {
  if (status !== expected) throw new Error(`${status} is no answer that was expected: ${body}`)
  return z.parse(Document, JSON.parse(body)).metadata.value
}
