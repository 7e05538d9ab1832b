import { setTimeout } from 'node:timers/promises'

import { reasonOf } from '../../scripts/reason.ts'
import type { Question } from './gateway.ts'
import type { TestService } from './service.ts'

interface Options {
  /** How many ask, each one question after the other. */
  readonly clients: number
  /** What is asked: the first time 0, then 1, and so on, whoever asks. */
  readonly ask: (turn: number) => Question & { readonly path: string }
  /** Between an answer and the next question. */
  readonly pauseMs?: number
}

interface Outcome {
  /** The turns that were answered with 2xx. */
  readonly answered: readonly number[]
  /** What else came of requests, and how often. */
  readonly faults: Readonly<Record<string, number>>
}

/** Requests that keep coming until they are stopped. */
export class Load {
  readonly #service: TestService
  readonly #options: Options
  readonly #clients: Promise<void>[]
  readonly #answered: number[] = []
  readonly #faults: Record<string, number> = {}
  #turns = 0
  #isStopped = false

  private constructor(service: TestService, options: Options) {
    this.#service = service
    this.#options = options
    this.#clients = Array.from({ length: options.clients }, () => this.#client())
  }

  static start(service: TestService, options: Options): Load {
    return new Load(service, options)
  }

  /** Sends no more, and waits for the answers to what was sent. */
  async stop(): Promise<Outcome> {
    this.#isStopped = true
    await Promise.all(this.#clients)
    return { answered: this.#answered, faults: this.#faults }
  }

  async #client(): Promise<void> {
    const { ask, pauseMs = 20 } = this.#options
    while (!this.#isStopped) {
      const turn = this.#turns++
      const { path, ...question } = ask(turn)
      try {
        const { status, body } = await this.#service.ask(path, question)
        if (status >= 200 && status < 300) this.#answered.push(turn)
        else this.#fault(`${status} ${body.slice(0, 200)}`)
      } catch (error) {
        this.#fault(reasonOf(error))
      }
      await setTimeout(pauseMs)
    }
  }

  #fault(what: string): void {
    this.#faults[what] = (this.#faults[what] ?? 0) + 1
  }
}
