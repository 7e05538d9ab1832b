import { deepStrictEqual } from 'node:assert/strict'

import { connections } from '../conditions.ts'

/** Holds a server to its job: what it is told it keeps, and what it cannot do it refuses. */
export async function checkAnswers(url: string): Promise<void> {
  const first = { name: 'checked', metadata: { limits: { cpu: { enabled: true, value: '500m' } }, serial: 1 } }
  const second = { name: 'checked', metadata: { limits: {}, serial: 2 } }
  await expect(201, first, post(url, first))
  await expect(409, undefined, post(url, second))
  await expect(200, first, fetch(`${url}/checked`))
  await expect(200, second, put(url, second))
  await expect(200, second, fetch(`${url}/checked`))
  await expect(404, undefined, fetch(`${url}/unknown`))
  await expect(404, undefined, put(url, { ...first, name: 'unknown' }))
}

/** Stores PREFIX-1 to PREFIX-COUNT, as many at once as a load sends: connections that stay open are not for many to have. */
export async function store(url: string, prefix: string, count: number): Promise<void> {
  const metadata = { limits: { cpu: { enabled: true, value: '500m' } }, monitoring: { enabled: true }, serial: 0 }
  for (let first = 1; first <= count; first += connections) {
    const numbers = Array.from({ length: Math.min(connections, count + 1 - first) }, (_, index) => first + index)
    const configs = numbers.map((number) => ({ name: `${prefix}-${number}`, metadata }))
    await Promise.all(configs.map((config) => expect(201, config, post(url, config))))
  }
}

/** @param document what it is to answer; any where it is to refuse */
async function expect(status: number, document: unknown, answer: Promise<Response>): Promise<void> {
  const response = await answer
  const text = await response.text()
  if (response.status !== status) throw new Error(`${response.url} answers ${response.status}, not ${status}: ${text}`)
  if (document !== undefined) deepStrictEqual(JSON.parse(text), document, `${response.url} answers ${text}`)
}

function post(url: string, document: object): Promise<Response> {
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(document) })
}

function put(url: string, document: { readonly name: string }): Promise<Response> {
  return fetch(`${url}/${document.name}`, { method: 'PUT', headers, body: JSON.stringify(document) })
}

const headers = { 'content-type': 'application/json' }
