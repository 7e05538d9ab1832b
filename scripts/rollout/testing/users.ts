import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { TestService } from '../../../knative/testing/service.ts'

const seven = readFileSync(join(import.meta.dirname, '../../../functions/predict/examples/seven.json'), 'utf8')
const timeoutMs = 30_000

/** What users got: how many answers of each status, 0 for none. */
export type Answers = ReadonlyMap<number, number>

/** Users who ask a service at a steady rate through the ingress, and count what they get. */
export class Users {
  readonly #service: TestService
  readonly #timer: NodeJS.Timeout
  readonly #open = new Set<Promise<void>>()
  #answers = new Map<number, number>()

  /** @param rate requests a second */
  constructor(service: TestService, rate: number) {
    this.#service = service
    this.#timer = setInterval(() => this.#ask(), 1_000 / rate)
  }

  /** What they got since they were asked the last time. */
  take(): Answers {
    const answers = this.#answers
    this.#answers = new Map()
    return answers
  }

  /** Waits for the last answers. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#open)
  }

  #ask(): void {
    const headers = { 'content-type': 'application/json' }
    const asked = this.#service.ask('/predict', { method: 'POST', headers, body: seven, timeoutMs }).then(
      ({ status }) => this.#count(status),
      () => this.#count(0),
    )
    this.#open.add(asked)
    void asked.then(() => this.#open.delete(asked))
  }

  #count(status: number): void {
    this.#answers.set(status, (this.#answers.get(status) ?? 0) + 1)
  }
}

/** Those that were not answered 2xx, of all. */
export function failed(answers: Answers): { readonly failures: number; readonly all: number } {
  const counts = [...answers]
  const all = counts.reduce((sum, [, count]) => sum + count, 0)
  const good = counts.reduce((sum, [status, count]) => sum + (status >= 200 && status < 300 ? count : 0), 0)
  return { failures: all - good, all }
}
