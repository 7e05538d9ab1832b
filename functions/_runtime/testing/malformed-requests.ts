import * as fc from 'fast-check'

import { edited, nearlyJson } from './json-texts.ts'

/** What the functions under test know: a request that comes near to it goes further than one that does not. */
export interface Known {
  /** `METHOD /path` */
  readonly routes: readonly string[]
  /** Bodies that some route takes. */
  readonly bodies: readonly string[]
}

/** What a client sends on a connection, a write each. */
export type Writes = readonly Buffer[]

const often = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> => {
  return fc.oneof({ arbitrary: usual, weight: 8 }, { arbitrary: odd, weight: 1 })
}
/** Texts of which each character stands for the byte of its number, as all texts here do. */
const octets = (options?: fc.IntArrayConstraints): fc.Arbitrary<string> => {
  return fc.uint8Array(options).map((bytes) => Buffer.from(bytes).toString('latin1'))
}

const oddMethods = fc.constantFrom(
  'get',
  'BREW',
  '',
  'GET ',
  'G\0T',
  'PRI',
  'CONNECT',
  'TRACE',
  'QUERY',
  'OPTIONS',
  'HEAD',
  'M-SEARCH',
)
const versions = often(
  fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0'),
  fc.constantFrom('HTTP/2.0', 'HTTP/1.', 'http/1.1', 'HTTP/1.1 ', '', 'HTTP/9.9', 'ICE/1.0', 'HTTP/1.11'),
)
const segments = fc.oneof(
  fc.constantFrom(
    '%',
    '%zz',
    '%ff',
    '%00',
    '%2e%2e',
    '%c3%28',
    '..',
    '.',
    '',
    '*',
    ':name',
    '__proto__',
    'é',
    '%F0%9F%98%80',
    ';',
    '#',
  ),
  fc.webPath(),
  octets({ maxLength: 20 }),
  fc.constant('x'.repeat(9000)),
)
const queries = fc.oneof(
  fc.constantFrom(
    '',
    '?',
    '?%',
    '?a=%zz',
    '?a&a&a',
    '?limit=-1',
    '?limit=1e99',
    '?limit=5&limit=6',
    '?cursor=AA',
    '?cursor=%00',
    '?__proto__=1',
    '??',
  ),
  fc.webQueryParameters().map((query) => `?${query}`),
)
const lengths = fc.constantFrom(
  '0',
  '1',
  '-1',
  '+5',
  '1e3',
  '0x10',
  '99999999999',
  '18446744073709551616',
  '5, 5',
  '',
  ' ',
  'five',
  '1000000',
)
const contentTypes = often(
  fc.constant('application/json'),
  fc.constantFrom(
    '',
    'text/plain',
    'application/merge-patch+json',
    'application/json; charset=utf-16',
    'json',
    ';',
    'multipart/form-data; boundary=',
    'a/b'.repeat(500),
  ),
)
const oddHeaders = fc.oneof(
  lengths.map((length) => `Content-Length: ${length}`),
  fc
    .constantFrom('chunked', 'gzip, chunked', 'chunked, chunked', 'identity', 'xchunked', ' chunked', '\tchunked', '')
    .map((coding) => `Transfer-Encoding: ${coding}`),
  fc.constantFrom('100-continue', '100-Continue, x', '200-ok', '').map((value) => `Expect: ${value}`),
  fc.constantFrom('gzip', 'br', 'identity', '').map((value) => `Content-Encoding: ${value}`),
  fc.constantFrom('close', 'keep-alive', 'upgrade', 'Host', ',').map((value) => `Connection: ${value}`),
  fc.constantFrom('websocket', 'h2c', 'TLS/1.0').map((value) => `Upgrade: ${value}`),
  fc.constantFrom('', 'a b', 'localhost:99999', '\0').map((value) => `Host: ${value}`),
  fc.constantFrom(
    ': empty',
    'no colon',
    ' folded: yes',
    'A : b',
    'X\0Y: z',
    'a'.repeat(20_000),
    `X: ${'y'.repeat(17_000)}`,
    'X: a\nY: b',
    'X: a\rY: b',
  ),
  fc.tuple(octets({ maxLength: 12 }), octets({ maxLength: 40 })).map((pair) => pair.join(': ')),
  fc
    .tuple(fc.constantFrom('X-Request-Id', 'Traceparent', 'Accept', 'Cookie', 'If-Match'), octets({ maxLength: 60 }))
    .map((pair) => pair.join(': ')),
)
const oddBodies = fc.oneof(
  octets({ maxLength: 2000 }),
  fc.constantFrom(
    '',
    '\u00ef\u00bb\u00bf{}',
    '['.repeat(50_000),
    '{"a":'.repeat(5000),
    '1e400',
    '-',
    '9'.repeat(50_000),
    `{"image":[${'1e308,'.repeat(783)}1]}`,
    'x'.repeat(200_000),
  ),
  fc
    .tuple(fc.constantFrom('name', 'dcname', 'image', 'metadata', '__proto__', 'constructor'), fc.json())
    .map(([key, value]) => `{"${key}":${value}}`),
)

function bodiesNear(known: Known): fc.Arbitrary<string> {
  const near = fc.constantFrom(...known.bodies)
  return fc.oneof(fc.oneof(near, edited(near), nearlyJson).map(inUtf8), oddBodies)
}

function inUtf8(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** How a body is framed: rightly, or not quite. */
function framed(body: string): fc.Arbitrary<{ header: string; text: string }> {
  const size = body.length.toString(16)
  return fc.oneof(
    { arbitrary: fc.constant({ header: `Content-Length: ${body.length}\r\n`, text: body }), weight: 5 },
    fc.constant({ header: '', text: body }),
    lengths.map((length) => ({ header: `Content-Length: ${length}\r\n`, text: body })),
    fc
      .constantFrom(
        `${size}\r\n${body}\r\n0\r\n\r\n`,
        `${size};a="b"\r\n${body}\r\n0\r\nTrailer: x\r\n\r\n`,
        `${size}0\r\n${body}`,
        `-1\r\n${body}`,
        `zz\r\n${body}\r\n`,
        `${size}\r\n${body}0\r\n\r\n`,
        'ffffffffffffffff\r\n',
        `1;${'x'.repeat(17_000)}\r\na\r\n0\r\n\r\n`,
      )
      .map((text) => ({ header: 'Transfer-Encoding: chunked\r\n', text })),
  )
}

function requestLines({ routes }: Known): fc.Arbitrary<string> {
  const route = fc.constantFrom(...routes)
  const methods = fc.oneof(
    oddMethods,
    route.map((text) => text.split(' ')[0] ?? ''),
  )
  const paths = fc.oneof(segments, edited(route.map((text) => text.split(' ')[1] ?? '')))
  const oddRoutes = fc.tuple(methods, fc.constantFrom('', 'http://a', 'ftp://b', '/', 'x'), paths)
  const targets = often(
    route,
    oddRoutes.map(([method, prefix, path]) => `${method} ${prefix}${path}`),
  )
  return fc
    .tuple(targets, often(fc.constant(''), queries), versions)
    .map(([target, query, version]) => `${target}${query} ${version}`)
}

function requests(known: Known): fc.Arbitrary<string> {
  const headers = often(fc.constant<string[]>([]), fc.array(oddHeaders, { maxLength: 4 }))
  const body = bodiesNear(known).chain(framed)
  return fc.tuple(requestLines(known), contentTypes, headers, body).map(([line, type, odd, { header, text }]) => {
    return `${[line, 'Host: localhost', `Content-Type: ${type}`, ...odd].join('\r\n')}\r\n${header}\r\n${text}`
  })
}

/** What clients send who are broken, or want to break something. Among it is some that is right. */
export function malformedRequests(known: Known): fc.Arbitrary<Writes> {
  const some = fc
    .array(often(requests(known), oddBodies), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join(''))
  const cut = fc.tuple(some, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1)))
  return fc.tuple(often(some, cut), often(fc.constant(0), fc.nat())).map(([text, at]) => {
    const bytes = Buffer.from(text, 'latin1')
    const split = at % (bytes.length + 1)
    return split === 0 ? [bytes] : [bytes.subarray(0, split), bytes.subarray(split)]
  })
}
