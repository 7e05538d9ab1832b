import { get as httpGet, type IncomingMessage } from 'node:http'

interface Fetching {
  readonly signal: AbortSignal
  /** The most bytes of an answer that are read. */
  readonly mostBytes: number
  readonly headers?: Readonly<Record<string, string>>
  /** Certificates of who may have signed that of an https: address, as PEM; those that Node knows where there are none. */
  readonly authority?: string | undefined
}

interface Fetched {
  readonly status: number
  readonly text: string
}

/**
 * Fetches JSON as text. By node:http, not fetch: the first fetch of a process loads undici, which takes longer than this
 * function's whole start.
 * @throws RangeError when the answer is too long; what the system says when there is none
 */
export async function fetchText(
  url: string,
  { signal, mostBytes, headers = {}, authority }: Fetching,
): Promise<Fetched> {
  // Most addresses are inside the cluster; TLS takes 8 ms to load.
  const get = url.startsWith('https:') ? process.getBuiltinModule('node:https').get : httpGet
  // A connection of its own: one that was kept could be about to close, and a function that is ready would look down.
  const options = { signal, agent: false, headers: { accept: 'application/json', ...headers }, ca: authority }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, options, resolve).on('error', reject)
  })
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > mostBytes) throw new RangeError(`over ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }
}
