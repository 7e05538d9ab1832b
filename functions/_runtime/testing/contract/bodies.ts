import { describe, expect, test } from 'vitest'

import type { Answer, RawRequest } from '../raw-connection.ts'
import { problemIn } from './problem.ts'
import type { BodyRoute, Subject } from './subject.ts'

/** What a route that takes a body makes of one that it cannot take. */
export function describeBodies(subject: Subject): void {
  describe.for(subject.bodyRoutes)('$method $target', (route) => {
    describeMediaTypes(subject, route)
    describeSizes(subject, route)
    describeJson(subject, route)
  })
}

function describeMediaTypes(subject: Subject, route: BodyRoute): void {
  const { method, target, mediaType, isNamed, isSelective, problemType } = route
  const ask = async (...headers: string[]): Promise<Answer> => subject.ask({ method, target, headers, body: '{}' })
  const others = [
    ['is another', ['content-type: text/xml']],
    ['is empty', ['content-type: ']],
    ['is no media type', ['content-type: json']],
    ['is one of every object', ['content-type: constructor']],
  ] as const

  test.for([
    ...(isSelective ? others : []),
    ...(isNamed ? ([['is missing', []]] as const) : []),
    ['has another charset', [`content-type: ${mediaType}; charset=utf-16`]],
  ] as const)('a content type that %s is answered 415, with those that are taken', async ([, headers]) => {
    const answer = await ask(...headers)
    expect(problemIn(answer, problemType)).toMatchObject({ status: 415, title: 'Unsupported Media Type' })
    expect(answer.headers['accept']?.split(', ')).toContain(mediaType)
  })

  test.for(['utf-8', 'UTF-8', '"utf-8"', 'utf8'])('the charset %s is UTF-8', async (charset) => {
    const { status } = await ask(`content-type: ${mediaType}; charset=${charset}`)
    expect(status).not.toBe(415)
  })

  test('the media type may be written in capitals', async () => {
    expect((await ask(`content-type: ${mediaType.toUpperCase()}`)).status).not.toBe(415)
  })

  test.for(['gzip', 'br', 'identity, gzip'])('a body that is packed as %s is answered 415', async (encoding) => {
    const answer = await ask(`content-type: ${mediaType}`, `content-encoding: ${encoding}`)
    expect(problemIn(answer, problemType)).toMatchObject({ status: 415 })
    expect(answer.headers['accept-encoding']).toBe('identity')
  })
}

function describeSizes(subject: Subject, { method, target, mediaType, limitBytes, problemType }: BodyRoute): void {
  const type = `content-type: ${mediaType}`
  const id = 'x-request-id: contract'
  const tooLarge = {
    status: 413,
    title: 'Content Too Large',
    connection: 'close',
    detail: `The body is over the limit of ${limitBytes} bytes for this route.`,
  }

  test('a body that is over the limit by a byte is answered 413', async () => {
    expect(
      refusalIn(
        await subject.ask({ method, target, headers: [type], body: Buffer.alloc(limitBytes + 1, ' ') }),
        problemType,
      ),
    ).toMatchObject(tooLarge)
  })

  test('a body of the limit is read', async () => {
    const answer = await subject.ask({ method, target, headers: [type], body: Buffer.alloc(limitBytes, ' ') })
    expect(problemIn(answer, problemType)).toMatchObject({ status: 400 })
  })

  test('a body that comes in chunks is answered 413 when it is over the limit', async () => {
    const headers = [type, 'transfer-encoding: chunked']
    const chunk = Buffer.alloc(limitBytes + 1, ' ')
    const body = Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n0\r\n\r\n')])
    expect(refusalIn(await subject.ask({ method, target, headers, body }), problemType)).toMatchObject(tooLarge)
  })

  test('a client that announces 1 GB and sends little gets its 413 at once', async () => {
    expect(
      refusalIn(
        await subject.ask({ method, target, headers: [type, 'content-length: 1000000000'], body: '{' }),
        problemType,
      ),
    ).toMatchObject(tooLarge)
  })

  test('a client that sends 8 MB before it reads gets its 413', async () => {
    const request: RawRequest = { method, target, headers: [type, id], body: Buffer.alloc(8_000_000, ' ') }
    const answer = await subject.converse(async (connection) => {
      await connection.send(request)
      return connection.answer()
    })
    expect(refusalIn(answer, problemType)).toMatchObject(tooLarge)
  })

  test('a client that waits for 100 Continue is told to send a body that fits', async () => {
    const answer = await subject.converse(async (connection) => {
      await connection.send({ method, target, headers: [type, id, 'expect: 100-continue', 'content-length: 1'] })
      expect(await connection.answer()).toMatchObject({ status: 100 })
      await connection.send('{')
      return connection.answer()
    })
    expect(problemIn(answer, problemType)).toMatchObject({ status: 400 })
  })

  test('a client that waits for 100 Continue is not told to send a body that is over the limit', async () => {
    const headers = [type, id, 'expect: 100-continue', `content-length: ${limitBytes + 1}`]
    const answer = await subject.converse(async (connection) => {
      await connection.send({ method, target, headers })
      return connection.answer()
    })
    expect(refusalIn(answer, problemType)).toMatchObject(tooLarge)
  })
}

function refusalIn(answer: Answer, problemType: string | undefined): unknown {
  return { ...problemIn(answer, problemType), connection: answer.headers['connection'] }
}

function describeJson(subject: Subject, { method, target, mediaType, problemType }: BodyRoute): void {
  const ask = async (body: string | Buffer): Promise<Answer> => {
    return subject.ask({ method, target, headers: [`content-type: ${mediaType}`], body })
  }

  test.for([
    ['{"a":', 'the text ends too early, at line 1, column 6'],
    ['{\n  "a": tru\n}', 'unexpected "\\n" at line 2, column 11'],
    ['[1,\n2,,3]', 'unexpected "," at line 2, column 3'],
    ['{}}', 'unexpected "}" at line 1, column 3'],
    ['{"a": "\u{1f600}" x}', 'unexpected "x" at line 1, column 12'],
  ] as const)('the body %j is answered 400, which says where it stops being JSON', async ([body, detail]) => {
    expect(problemIn(await ask(body), problemType)).toMatchObject({
      status: 400,
      detail: `The body is not valid JSON: ${detail}.`,
    })
  })

  test.for(['', ' \n'])('the body %j is answered 400, which says that it is empty', async (body) => {
    expect(problemIn(await ask(body), problemType)).toMatchObject({
      status: 400,
      detail: 'The body is empty. Send JSON.',
    })
  })

  test('a body that is not UTF-8 is answered 400', async () => {
    const answer = await ask(Buffer.from('{"a":"\u00e9"}', 'latin1'))
    expect(problemIn(answer, problemType)).toMatchObject({
      status: 400,
      detail: 'The body is not UTF-8 text. Send JSON in UTF-8.',
    })
  })

  test.for([
    ['arrays', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['arrays without an end', '['.repeat(60_000)],
  ] as const)('a body of deeply nested %s is answered 400', async ([, body]) => {
    expect(problemIn(await ask(body), problemType)).toMatchObject({ status: 400 })
  })

  test.for(['null', '7', '"text"', '[]'])(
    'the body %s, which is JSON of another shape, is answered 400',
    async (body) => {
      const answer = await ask(body)
      expect(problemIn(answer, problemType)).toMatchObject({ status: 400 })
      const { errors } = JSON.parse(answer.body) as { errors: { at: string; detail: string }[] }
      expect(errors.length).toBeGreaterThan(0)
    },
  )
}
