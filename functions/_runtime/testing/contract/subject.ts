import assert from 'node:assert/strict'

import type { AnyDefinition } from '../../function/definition.ts'
import { anyType } from '../../request/body.ts'
import { dialectAt } from '../../reply/problem-dialect.ts'
import type { LogLines } from '../log-lines.ts'
import { RawConnection, type Answer, type RawRequest } from '../raw-connection.ts'

/** One function under one host. */
export interface Hosted {
  readonly port: number
  readonly log: LogLines
}

/** A route that takes a body. */
export interface BodyRoute {
  readonly method: string
  readonly target: string
  readonly mediaType: string
  readonly limitBytes: number
  /** Whether a body without a media type is refused. */
  readonly isNamed: boolean
  /** Whether only the media types that the route names are taken. */
  readonly isSelective: boolean
  /** The media type of its problems, where it is another than usual. */
  readonly problemType: string | undefined
}

/** One function under the two hosts that it runs under. */
export interface Hosts {
  readonly node: Hosted
  readonly framework: Hosted
}

/** A function under both hosts, of which the same is expected. */
export class Subject {
  readonly definition: AnyDefinition
  readonly limitBytes: number
  readonly #hosts: () => Hosts

  /** @param limitBytes of bodies, where a route has no limit of its own */
  constructor(definition: AnyDefinition, limitBytes: number, hosts: () => Hosts) {
    this.definition = definition
    this.limitBytes = limitBytes
    this.#hosts = hosts
  }

  get hosts(): readonly Hosted[] {
    const { node, framework } = this.#hosts()
    return [node, framework]
  }

  /** The function's own routes that take a body, and read all of it before they look at it. */
  get bodyRoutes(): BodyRoute[] {
    return Object.entries(this.definition.routes).flatMap(([key, { shape }]) => {
      const [method = '', template = ''] = key.split(' ')
      const [[mediaType, format] = []] = Object.entries(shape.body ?? {})
      const isSelective = !Object.hasOwn(shape.body ?? {}, anyType)
      if (mediaType === undefined || !format || 'isStreamed' in format) return []
      return [
        {
          method,
          target: template.replaceAll(/:\w+/g, 'some'),
          mediaType,
          limitBytes: format.limitBytes ?? shape.limitBytes ?? this.limitBytes,
          isNamed: isSelective && shape.mediaTypeOtherwise === undefined,
          isSelective,
          problemType: this.problemTypeAt(template),
        },
      ]
    })
  }

  /** The media type of problems at a path, where it is another than usual. */
  problemTypeAt(path: string): string | undefined {
    return dialectAt(path, this.definition.dialects)?.mediaType
  }

  /**
   * Asks both hosts.
   * @throws AssertionError when they do not answer the same
   */
  async ask({ headers = [], ...request }: RawRequest): Promise<Answer> {
    const isNamed = headers.some((line) => line.startsWith('x-request-id:'))
    // Where the host makes up an id its length is another each time, and with it that of a problem document.
    const named = isNamed ? headers : [...headers, 'x-request-id: contract']
    return this.converse(async (connection) => connection.ask({ ...request, headers: named }))
  }

  /**
   * Has the same conversation with both hosts.
   * @throws AssertionError when they do not answer the same at its end
   */
  async converse(talk: (connection: RawConnection) => Promise<Answer>): Promise<Answer> {
    const [node, framework] = await Promise.all(this.hosts.map((host) => talkTo(host, talk)))
    if (!node || !framework) throw new Error('There are two hosts.')
    assert.deepEqual(comparable(framework), comparable(node))
    return node
  }
}

async function talkTo({ port }: Hosted, talk: (connection: RawConnection) => Promise<Answer>): Promise<Answer> {
  const connection = await RawConnection.open(port)
  try {
    return await talk(connection)
  } finally {
    connection.destroy()
  }
}

/** An answer without what is different each time, or is the host's own business. */
function comparable({ status, headers, body }: Answer): unknown {
  const { date: _date, 'server-timing': _timing, 'keep-alive': _keepAlive, 'x-request-id': _id, ...rest } = headers
  const timeless = body.replaceAll(/"durationMs":[\d.]+/g, '')
  // A time is now shorter, now longer.
  const { 'content-length': _length, ...lengthless } = rest
  return { status, headers: timeless === body ? rest : lengthless, body: timeless }
}
