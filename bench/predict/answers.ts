import * as z from 'zod/mini'

import type { Digit } from './digits.ts'
import type { Encoding } from './encoding.ts'
import { modelVersion } from './model-file.ts'

const Seen = z.object({ digit: z.int(), probabilities: z.array(z.number()).check(z.length(10)) })
const Version = z.object({ modelVersion: z.literal(modelVersion) })

/** As functions/predict answers, and so each of its peers; octets could be several pictures, so it lists what it saw. */
const Answer = z.intersection(Version, z.union([Seen, z.object({ predictions: z.tuple([Seen]) })]))

/** A server does not take what it was sent. */
export class Refused extends Error {}

/**
 * Holds a server to its job: every digit is read, and what is no picture is refused.
 * @throws Refused when it answers a picture with an error; Error when it is wrong
 */
export async function checkAnswers(url: string, encoding: Encoding, digits: readonly Digit[]): Promise<void> {
  for (const { label, greys } of digits) {
    const response = await post(url, encoding, encoding.encode(greys))
    const text = await response.text()
    if (!response.ok)
      throw new Refused(`it answers ${encoding.contentType} with ${response.status}: ${text.slice(0, 150)}`)
    const answer = z.parse(Answer, JSON.parse(text))
    const { digit } = 'digit' in answer ? answer : answer.predictions[0]
    if (digit !== label) throw new Error(`${url} reads a ${label} as ${digit}.`)
  }
  for (const [flaw, body] of flawedBodies(encoding)) {
    const { status } = await post(url, encoding, body)
    if (status < 400 || status > 499) throw new Error(`${url} answers ${flaw} with ${status}.`)
  }
}

function flawedBodies(encoding: Encoding): [flaw: string, body: Buffer][] {
  const blank = new Uint8Array(784)
  const tooShort: [string, Buffer] = ['a picture of 783 values', encoding.encode(blank.subarray(1))]
  const json = encoding.encode(blank).toString()
  if (!json.includes('[0,')) return [tooShort]
  return [tooShort, ['a grey value of 2', Buffer.from(json.replace('[0,', '[2,'))]]
}

function post(url: string, { contentType }: Encoding, body: Buffer): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': contentType }, body: Uint8Array.from(body) })
}
