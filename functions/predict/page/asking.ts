import { unreachable, type Answer, type Refusal } from './answer.ts'
import type { Question } from './question.ts'

/** What can be asked about. */
export interface Subject {
  /** As it is now: a drawing changes. */
  question(): Question
}

export interface Listener<S extends Subject> {
  answered(subject: S, answer: Answer): void
  refused(subject: S, refusal: Refusal): void
  /** An answer is late: a pod starts, or a large picture is on its way. */
  waited(): void
}

type Send = (question: Question, signal: AbortSignal) => Promise<Answer | Refusal>

const lateMs = 500

/** Asks one question at a time; what is new meanwhile is asked about next. */
export class Asking<S extends Subject> {
  readonly #send: Send
  readonly #listener: Listener<S>
  #next: S | undefined
  #current: { readonly subject: S; readonly controller: AbortController } | undefined

  constructor(send: Send, listener: Listener<S>) {
    this.#send = send
    this.#listener = listener
  }

  /** The answer to a question about another subject is not waited for. */
  ask(subject: S): void {
    this.#next = subject
    if (!this.#current) void this.#askAll()
    else if (this.#current.subject !== subject) this.#current.controller.abort()
  }

  stop(): void {
    this.#next = undefined
    this.#current?.controller.abort()
  }

  async #askAll(): Promise<void> {
    while (this.#next) {
      const subject = this.#next
      const controller = new AbortController()
      this.#next = undefined
      this.#current = { subject, controller }
      await this.#askAbout(subject, controller.signal)
    }
    this.#current = undefined
  }

  async #askAbout(subject: S, signal: AbortSignal): Promise<void> {
    const late = setTimeout(() => this.#listener.waited(), lateMs)
    const outcome = await this.#send(subject.question(), signal).catch(() => unreachable)
    clearTimeout(late)
    if (signal.aborted) return
    if ('digit' in outcome) {
      this.#listener.answered(subject, outcome)
      return
    }
    this.#listener.refused(subject, outcome)
    if (outcome.retryAfterSeconds === undefined) return
    this.#next ??= subject
    await passing(outcome.retryAfterSeconds * 1000, signal)
  }
}

/** Ends after a time, or when it is of no use any more. */
function passing(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, durationMs)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
