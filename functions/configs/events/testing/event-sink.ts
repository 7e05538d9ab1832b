import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'

/** An event as it arrived. */
export interface ArrivedEvent {
  /** By their names, from headers or from the document. */
  readonly attributes: Readonly<Record<string, string>>
  /** The text as it was sent; undefined where there is none. */
  readonly data: string | undefined
  readonly headers: IncomingHttpHeaders
}

/** How an event is answered; a sink that answers nothing has taken it. */
type Behavior = (event: ArrivedEvent, response: ServerResponse) => unknown

/** A sink of CloudEvents on a port of its own, real but for what it does with them. */
export class EventSink {
  /** In the order of their arrival, those among them that were not taken. */
  readonly arrived: ArrivedEvent[] = []
  /** Those that were taken, in the order of their answers. */
  readonly taken: ArrivedEvent[] = []
  behavior: Behavior = () => {}
  port = 0
  /** The most requests that were there at once. */
  mostAtOnce = 0
  #atOnce = 0
  #server: Server | undefined

  static async open(): Promise<EventSink> {
    const sink = new EventSink()
    await sink.listen()
    return sink
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/events`
  }

  /** Ids of what was taken of each name, in the order of their answers. */
  get idsByName(): Map<string, string[]> {
    const byName = Map.groupBy(this.taken, ({ attributes }) => attributes['subject'] ?? '')
    return new Map([...byName].map(([name, events]) => [name, events.map(({ attributes }) => attributes['id'] ?? '')]))
  }

  /** Listens, again on the port from before. */
  async listen(): Promise<void> {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => void this.#answer(arrivedEvent(request.headers, Buffer.concat(chunks)), response))
    })
    this.#server.listen(this.port, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (address !== null && typeof address === 'object') this.port = address.port
  }

  /** Nobody listens then. */
  async close(): Promise<void> {
    if (!this.#server?.listening) return
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #answer(event: ArrivedEvent, response: ServerResponse): Promise<void> {
    this.#atOnce += 1
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce)
    response.once('close', () => (this.#atOnce -= 1))
    this.arrived.push(event)
    await this.behavior(event, response)
    if (response.headersSent || response.destroyed) return
    this.taken.push(event)
    response.writeHead(202).end()
  }
}

function arrivedEvent(headers: IncomingHttpHeaders, body: Buffer): ArrivedEvent {
  const text = body.toString()
  if (headers['content-type']?.startsWith('application/cloudevents+json')) {
    const { data: _, ...attributes } = JSON.parse(text) as Record<string, string>
    return { headers, attributes, data: /"data":(.*)\}$/s.exec(text)?.[1] }
  }
  const pairs = Object.entries(headers).filter(([name]) => name.startsWith('ce-'))
  const attributes = Object.fromEntries(
    pairs.map(([name, value]) => [name.slice(3), decodeURIComponent(String(value))]),
  )
  return { headers, attributes, data: text === '' ? undefined : text }
}
