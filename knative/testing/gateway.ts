import { Agent, request, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Question {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Time without a byte after which it is given up. */
  readonly timeoutMs?: number
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

// fetch() does not let a Host header be set, by which the ingress tells services apart.
const agent = new Agent({ keepAlive: true, maxSockets: 200 })
const longestMs = 120_000

/** Where requests enter the cluster: QUARTET_GATEWAY, host and port. */
function gatewayOf(env: NodeJS.ProcessEnv = process.env): string {
  return env['QUARTET_GATEWAY'] || '127.0.0.1:8080'
}

/**
 * Asks a service through the ingress.
 * @param host the service's own, such as configs.default.knative.test
 * @throws Error when nothing answers
 */
export async function ask(
  host: string,
  path: string,
  { method = 'GET', headers = {}, body, timeoutMs = longestMs }: Question = {},
): Promise<Answer> {
  const url = new URL(path, `http://${gatewayOf()}`)
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const outgoing = request(url, { agent, method, headers: { ...headers, host }, timeout: timeoutMs }, (answer) => {
    text(answer).then(
      (whole) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: whole }),
      reject,
    )
  })
  outgoing.once('timeout', () => {
    outgoing.destroy(new Error(`${method} ${host}${path} was not answered within ${timeoutMs} ms.`))
  })
  outgoing.once('error', reject)
  outgoing.end(body)
  return promise
}
