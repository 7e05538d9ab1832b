import { Attention } from '../../_runtime/page/attention.ts'
import type { Client } from '../../_runtime/page/client.ts'
import { eventsIn } from './event-stream.ts'
import { Refusal } from '../../_runtime/page/refusal.ts'

/** A change that somebody made. */
interface Heard {
  readonly kind: string
  readonly name: string
  readonly version: number
}

interface Listener {
  heard(change: Heard): void
  /** There may have been changes that nobody told. */
  missed(): void
}

const retryMs = 1000
const longestRetryMs = 30_000
const forgottenMs = 300_000

/** Follows what is changed, while somebody looks. */
export class Following {
  readonly #client: Client
  readonly #listener: Listener
  #controller: AbortController | undefined
  #lastId: string | undefined

  constructor(client: Client, listener: Listener) {
    this.#client = client
    this.#listener = listener
  }

  start(): void {
    new Attention(forgottenMs, { came: () => this.#begin(), left: () => this.#end() }).begin()
  }

  /** As somebody else. */
  startAnew(): void {
    this.#end()
    this.#begin()
  }

  #begin(): void {
    if (this.#controller) return
    this.#controller = new AbortController()
    void this.#follow(this.#controller.signal)
  }

  #end(): void {
    this.#controller?.abort()
    this.#controller = undefined
  }

  async #follow(signal: AbortSignal): Promise<void> {
    let waitMs = retryMs
    while (!signal.aborted) {
      try {
        await this.#read(signal)
        waitMs = retryMs
      } catch (error) {
        if (signal.aborted) return
        const status = error instanceof Refusal ? error.status : 0
        // Another token, or a newer function, is another page.
        if (status === 401 || status === 403 || status === 404) return
        if (status === 400) this.#lastId = undefined
        waitMs = Math.min(2 * waitMs, longestRetryMs)
      }
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    const after = this.#lastId === undefined ? {} : { 'last-event-id': this.#lastId }
    const headers = { accept: 'text/event-stream', ...after }
    const { body } = await this.#client.open('configs/events', { headers, signal })
    if (!body) return
    for await (const { type, id, data } of eventsIn(textsOf(body))) {
      // What was changed before the stream began is nowhere in it.
      if (type === 'gap' || this.#lastId === undefined) this.#listener.missed()
      this.#lastId = id ?? this.#lastId ?? ''
      if (type !== 'gap' && data !== '') this.#listener.heard({ kind: type, ...JSON.parse(data) })
    }
  }
}

/** Not every browser can iterate a stream. */
async function* textsOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}
