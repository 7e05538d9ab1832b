import { check } from 'k6'
import http, { type Params, type RefinedResponse, type RequestBody } from 'k6/http'
import { Trend } from 'k6/metrics'

import { host, url } from './settings.ts'

export type Answer = RefinedResponse<'text'>

/** Milliseconds from the start of a process to an answer that it began before its first was out. */
const coldStart = new Trend('cold_start', true)

interface Request {
  readonly method?: string
  readonly path: string
  readonly type?: string
  readonly body?: RequestBody
}

/**
 * Sends a request to a function.
 * @param isRight whether the answer has what was asked for
 */
export function ask(
  name: string,
  { method = 'GET', path, type = 'application/json', body }: Request,
  isRight: (answer: Answer) => boolean,
): void {
  const headers: Record<string, string> = body === undefined ? {} : { 'content-type': type }
  if (host !== undefined) headers['Host'] = named(host, name)
  const tags = { function: name }
  const parameters: Params & { responseType: 'text' } = { headers, tags, responseType: 'text', timeout: '60s' }
  const answer = http.request(method, named(url, name).replace(/\/$/, '') + path, body, parameters)
  const startMs = /cold;dur=([\d.]+)/.exec(answer.headers['Server-Timing'] ?? '')?.[1]
  if (startMs !== undefined) coldStart.add(Number(startMs), tags)
  check(answer, { [`${name} answers right`]: isRight }, tags)
}

function named(template: string, name: string): string {
  return template.replaceAll('{function}', name)
}
