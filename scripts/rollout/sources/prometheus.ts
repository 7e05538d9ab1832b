import * as z from 'zod/mini'

import { reasonOf } from '../../reason.ts'

const timeoutMs = 10_000

/** https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries */
const Sample = z.tuple([z.number(), z.string()])
const Answer = z.union([
  z.object({
    status: z.literal('success'),
    data: z.union([
      z.object({ resultType: z.literal('vector'), result: z.array(z.object({ value: Sample })) }),
      z.object({ resultType: z.literal('scalar'), result: Sample }),
      z.object({ resultType: z.enum(['matrix', 'string']) }),
    ]),
  }),
  z.object({ status: z.literal('error'), error: z.string() }),
])

/** A Prometheus, asked over its HTTP API. */
export class Prometheus {
  readonly #url: string

  constructor(url: string) {
    this.#url = url.replace(/\/+$/, '')
  }

  /**
   * Asks for the one number that an expression gives.
   * @returns undefined where there is no series, or what it gives is no number
   * @throws Error when it cannot be asked, or the expression gives several
   */
  async number(query: string): Promise<number | undefined> {
    const answer = await this.#ask(query)
    if (answer.status === 'error') throw new Error(`Prometheus refuses the query: ${answer.error}`)
    const { data } = answer
    if (data.resultType !== 'vector' && data.resultType !== 'scalar') {
      throw new Error(`The query gives a ${data.resultType}, and one number is needed`)
    }
    const samples = data.resultType === 'scalar' ? [data.result] : data.result.map(({ value }) => value)
    if (samples.length > 1) throw new Error(`The query gives ${samples.length} series, and one number is needed`)
    const number = Number(samples[0]?.[1] ?? Number.NaN)
    return Number.isFinite(number) ? number : undefined
  }

  async #ask(query: string): Promise<z.output<typeof Answer>> {
    let text: string
    try {
      const body = new URLSearchParams({ query })
      const response = await fetch(`${this.#url}/api/v1/query`, {
        method: 'POST',
        body,
        signal: AbortSignal.timeout(timeoutMs),
      })
      text = await response.text()
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
      throw new Error(`Prometheus at ${this.#url} cannot be asked: ${reasonOf(cause)}`, { cause: error })
    }
    return parsed(text, this.#url)
  }
}

function parsed(text: string, url: string): z.output<typeof Answer> {
  try {
    return z.parse(Answer, JSON.parse(text))
  } catch {
    throw new Error(`What answers at ${url} is no Prometheus: ${text.slice(0, 100)}`)
  }
}
