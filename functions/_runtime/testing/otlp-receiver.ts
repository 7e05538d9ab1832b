import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { bytesIn, fieldsOf, messagesIn, numberIn, type Fields } from './protobuf.ts'

/** A span as a collector is told of it. */
export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly traceState: string
  readonly name: string
  readonly kind: string
  readonly startNs: bigint
  readonly endNs: bigint
  readonly attributes: Readonly<Record<string, unknown>>
  readonly isError: boolean
  readonly resource: Readonly<Record<string, unknown>>
}

interface Export {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly spans: readonly ReceivedSpan[]
}

const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']

/**
 * Takes traces as a collector does: OTLP by HTTP, in protobuf. The numbers of the fields are those of
 * https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
 */
export class OtlpReceiver {
  readonly exports: Export[] = []
  /** What it answers. */
  status = 200
  readonly #server: Server
  #change = Promise.withResolvers<void>()

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const spans = this.status === 200 ? spansIn(Buffer.concat(chunks)) : []
        this.exports.push({ path: request.url ?? '', headers: request.headers, spans })
        response.writeHead(this.status, { 'content-type': 'application/x-protobuf' }).end()
        this.#change.resolve()
        this.#change = Promise.withResolvers()
      })
    })
  }

  static async start(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver()
    receiver.#server.listen(0, '127.0.0.1')
    await once(receiver.#server, 'listening')
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get spans(): ReceivedSpan[] {
    return this.exports.flatMap(({ spans }) => spans)
  }

  /** Waits for so many exports, whatever became of them. */
  async untilExports(count: number): Promise<void> {
    while (this.exports.length < count) await this.#change.promise
  }

  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}

function spansIn(body: Buffer): ReceivedSpan[] {
  return messagesIn(fieldsOf(body), 1).flatMap((resourceSpans) => {
    const resource = Object.assign({}, ...messagesIn(resourceSpans, 1).map((each) => attributesIn(each, 1)))
    return messagesIn(resourceSpans, 2)
      .flatMap((scopeSpans) => messagesIn(scopeSpans, 2))
      .map((span) => spanOf(span, resource))
  })
}

function spanOf(span: Fields, resource: Readonly<Record<string, unknown>>): ReceivedSpan {
  return {
    traceId: bytesIn(span, 1).toString('hex'),
    spanId: bytesIn(span, 2).toString('hex'),
    traceState: bytesIn(span, 3).toString(),
    parentSpanId: bytesIn(span, 4).toString('hex'),
    name: bytesIn(span, 5).toString(),
    kind: kinds[Number(numberIn(span, 6))] ?? '',
    startNs: numberIn(span, 7),
    endNs: numberIn(span, 8),
    attributes: attributesIn(span, 9),
    isError: messagesIn(span, 15).some((status) => numberIn(status, 3) === 2n),
    resource,
  }
}

function attributesIn(message: Fields, number: number): Record<string, unknown> {
  return Object.fromEntries(
    messagesIn(message, number).map((entry) => {
      const [value = new Map()] = messagesIn(entry, 2)
      return [bytesIn(entry, 1).toString(), valueOf(value)]
    }),
  )
}

function valueOf(value: Fields): unknown {
  if (value.has(2)) return numberIn(value, 2) === 1n
  if (value.has(3)) return Number(BigInt.asIntN(64, numberIn(value, 3)))
  if (value.has(4)) {
    const double = Buffer.alloc(8)
    double.writeBigUInt64LE(numberIn(value, 4))
    return double.readDoubleLE()
  }
  return bytesIn(value, 1).toString()
}
