import { Refusal, unreachable } from './refusal.ts'

export interface Question {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  /** JSON, as it was written. */
  readonly body?: string
  readonly signal?: AbortSignal
}

export interface Answer {
  readonly text: string
  /** The version, in double quotes. */
  readonly etag: string
  /** The parameters of the next page, where there is one. */
  readonly next: string | undefined
}

interface Sent extends Omit<RequestInit, 'headers'> {
  readonly headers?: Readonly<Record<string, string>>
}

type Fetch = (path: string, init: RequestInit) => Promise<Response>

/** Asks the function that this page came from. */
export class Client {
  /** Proves who asks. It is kept nowhere else, and is gone with the page. */
  token = ''
  readonly #fetch: Fetch

  constructor(send: Fetch) {
    this.#fetch = send
  }

  /**
   * @param path relative to the page: the function can be anywhere below an address
   * @throws Refusal when the answer is none that was hoped for, or there is none
   */
  async ask(path: string, { method = 'GET', headers = {}, body, signal }: Question = {}): Promise<Answer> {
    const response = await this.open(path, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
    })
    const text = await response.text()
    if (text !== '' && !isJson(response)) throw Refusal.between(response)
    const [, next] = /^<[^>]*\?([^>]*)>; rel="next"/.exec(response.headers.get('link') ?? '') ?? []
    return { text, etag: response.headers.get('etag') ?? '', next }
  }

  /** The same, for an answer that is read as it comes. */
  async open(path: string, init: Sent): Promise<Response> {
    const proof = this.token === '' ? {} : { authorization: `Bearer ${this.token}` }
    const headers = { accept: 'application/json', ...proof, ...init.headers }
    let response: Response
    try {
      response = await this.#fetch(path, { ...init, headers, cache: 'no-store' })
    } catch (error) {
      if (init.signal?.aborted) throw error
      throw new Refusal(0, unreachable)
    }
    if (!response.ok) throw await Refusal.of(response)
    return response
  }
}

function isJson({ headers }: Response): boolean {
  return /^application\/(?:[\w-]+\+)?json\b/.test(headers.get('content-type') ?? '')
}
