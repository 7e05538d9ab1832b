import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What has come of an answer in chunks. */
interface Chunked {
  readonly head: Omit<Answer, 'body'>
  readonly chunks: Buffer[]
}

export interface RawRequest {
  readonly method?: string
  readonly target?: string
  /** Lines such as `content-type: application/json`; Host and, for a body, Content-Length are added where missing. */
  readonly headers?: readonly string[]
  readonly body?: string | Buffer
}

/** A request as it goes over the wire. */
export function requestBytes({ method = 'GET', target = '/', headers = [], body }: RawRequest): Buffer {
  const names = new Set(headers.map((line) => line.split(':', 1)[0]?.toLowerCase()))
  const lines = [`${method} ${target} HTTP/1.1`, ...headers]
  if (!names.has('host')) lines.push('host: localhost')
  if (body !== undefined && !names.has('content-length') && !names.has('transfer-encoding')) {
    lines.push(`content-length: ${Buffer.byteLength(body)}`)
  }
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body ?? '')])
}

/** A client's connection, byte by byte: it sends what no HTTP library would, and hides nothing of what comes back. */
export class RawConnection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  readonly #arriving: Buffer[] = []
  #wanted = 0
  /** The answer that is coming, where it comes in chunks. */
  #chunked: Chunked | undefined
  #isOver = false
  #change = Promise.withResolvers<void>()

  /** @param reads whether what comes is read, or left to fill the buffers until `read` is called */
  static async open(port: number, { reads = true } = {}): Promise<RawConnection> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    await once(socket, 'connect')
    return new RawConnection(socket, reads)
  }

  private constructor(socket: Socket, reads: boolean) {
    this.#socket = socket
    socket.on('error', () => {})
    for (const event of ['end', 'close']) socket.on(event, () => this.#changed(true))
    if (reads) this.read()
  }

  read(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#arriving.push(chunk)
      this.#changed(this.#isOver)
    })
  }

  /** @returns when the system has taken it all */
  send(data: string | Buffer | RawRequest): Promise<void> {
    const bytes = typeof data === 'string' || Buffer.isBuffer(data) ? data : requestBytes(data)
    return new Promise((resolve) => this.#socket.write(bytes, () => resolve()))
  }

  /**
   * Reads the next answer; 100 Continue is one.
   * @throws Error when the connection ends before that
   */
  async answer({ toHead = false } = {}): Promise<Answer> {
    for (;;) {
      const answer = this.#take(toHead)
      if (answer) return answer
      if (this.#isOver) throw new Error(`The connection ended, after ${JSON.stringify(this.#rest())}`)
      await this.#change.promise
    }
  }

  /**
   * Waits for a text in an answer that has not ended, and leaves it there.
   * @returns what has come
   */
  async until(text: string): Promise<string> {
    while (!this.#rest().includes(text)) {
      if (this.#isOver) throw new Error(`The connection ended, after ${JSON.stringify(this.#rest())}`)
      await this.#change.promise
    }
    return this.#rest()
  }

  /** Sends a request and reads its answer. */
  async ask(request: RawRequest): Promise<Answer> {
    void this.send(request)
    return this.answer({ toHead: request.method === 'HEAD' })
  }

  /**
   * Waits for the other side to end the connection.
   * @returns what came after the answers that were read
   */
  async ended(): Promise<string> {
    while (!this.#isOver) await this.#change.promise
    return this.#rest()
  }

  /** Says that nothing more will be sent. */
  end(): void {
    this.#socket.end()
  }

  /** Leaves without a word. */
  destroy(): void {
    this.#socket.destroy()
  }

  /** Leaves as a crashed client does: with a reset. */
  reset(): void {
    this.#socket.resetAndDestroy()
  }

  #changed(isOver: boolean): void {
    this.#isOver = isOver
    this.#change.resolve()
    this.#change = Promise.withResolvers()
  }

  #rest(): string {
    this.#gather()
    return this.#received.toString('latin1')
  }

  #gather(): void {
    this.#received = Buffer.concat([this.#received, ...this.#arriving.splice(0)])
  }

  #take(toHead: boolean): Answer | undefined {
    if (this.#chunked) return this.#takeChunks(this.#chunked)
    // A long body is put together once, not with each of its parts.
    const bytes = this.#arriving.reduce((sum, { length }) => sum + length, this.#received.length)
    if (bytes < this.#wanted) return undefined
    this.#gather()
    const end = this.#received.indexOf('\r\n\r\n')
    if (end === -1) return undefined
    const [statusLine = '', ...lines] = this.#received.toString('latin1', 0, end).split('\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1])
    const headers = Object.fromEntries(lines.map(headerOf))
    const isEmpty = toHead || status < 200 || status === 204 || status === 304
    const begin = end + 4
    if (!isEmpty && headers['transfer-encoding'] === 'chunked') {
      this.#received = this.#received.subarray(begin)
      this.#chunked = { head: { status, headers }, chunks: [] }
      return this.#takeChunks(this.#chunked)
    }
    this.#wanted = begin + (isEmpty ? 0 : Number(headers['content-length'] ?? 0))
    if (bytes < this.#wanted) return undefined
    const body = this.#received.toString('utf8', begin, this.#wanted)
    this.#received = this.#received.subarray(this.#wanted)
    this.#wanted = 0
    return { status, headers, body }
  }

  /** Takes the chunks that are there, and the answer when the last one is. */
  #takeChunks(chunked: Chunked): Answer | undefined {
    this.#gather()
    for (;;) {
      const lineEnd = this.#received.indexOf('\r\n')
      const length = lineEnd === -1 ? Number.NaN : Number.parseInt(this.#received.toString('latin1', 0, lineEnd), 16)
      const next = lineEnd + 2 + length + 2
      if (Number.isNaN(length) || this.#received.length < next) return undefined
      chunked.chunks.push(this.#received.subarray(lineEnd + 2, next - 2))
      this.#received = this.#received.subarray(next)
      if (length > 0) continue
      this.#chunked = undefined
      return { ...chunked.head, body: Buffer.concat(chunked.chunks).toString() }
    }
  }
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

/** Asks one request on a connection of its own. */
export async function askOnce(port: number, request: RawRequest): Promise<Answer> {
  const connection = await RawConnection.open(port)
  try {
    return await connection.ask(request)
  } finally {
    connection.destroy()
  }
}
