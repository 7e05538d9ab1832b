/** An event, as a browser's EventSource would give it. */
export interface ReceivedEvent {
  readonly id: string
  readonly type: string
  readonly data: string
}

/** Reads server-sent events, by the rules of the standard, from as many connections as it takes. */
export class EventReader {
  /** As a browser keeps it for its next request. */
  lastEventId = ''
  retryMs: number | undefined
  readonly #url: string
  readonly #abort = new AbortController()

  constructor(url: string) {
    this.#url = url
  }

  /** The events of one answer. */
  async *once(): AsyncGenerator<ReceivedEvent> {
    const headers = { ...(this.lastEventId !== '' && { 'last-event-id': this.lastEventId }) }
    const answer = await fetch(this.#url, { headers, signal: this.#abort.signal })
    if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`)
    let rest = ''
    for await (const text of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = this.#eventIn(block)
        if (event) yield event
      }
    }
  }

  /** The events of one answer after another. */
  async *follow(): AsyncGenerator<ReceivedEvent> {
    for (;;) yield* this.once()
  }

  close(): void {
    this.#abort.abort()
  }

  #eventIn(block: string): ReceivedEvent | undefined {
    let type = 'message'
    const data: string[] = []
    for (const line of block.split('\n')) {
      const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? []
      if (field === 'event') type = value
      if (field === 'data') data.push(value)
      if (field === 'id') this.lastEventId = value
      if (field === 'retry') this.retryMs = Number(value)
    }
    return data.length > 0 ? { id: this.lastEventId, type, data: data.join('\n') } : undefined
  }
}

/** Takes so many. */
export async function take(events: AsyncGenerator<ReceivedEvent>, count: number): Promise<ReceivedEvent[]> {
  const taken: ReceivedEvent[] = []
  for await (const event of events) {
    taken.push(event)
    if (taken.length === count) break
  }
  return taken
}
