import { readFile } from 'node:fs/promises'
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'

import * as z from 'zod/mini'

const Problem = z.object({
  title: z.string(),
  detail: z.string(),
  errors: z.optional(z.array(z.object({ at: z.string(), detail: z.string(), line: z.optional(z.int()) }))),
})

/** Where the function configs answers, and what it is shown. */
export interface Address {
  readonly url: string
  readonly token: string | undefined
}

/** Takes a token from a file or the environment: what stands on the command line, everybody can read. */
export async function tokenOf(file: string | undefined, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const token = file === undefined ? env['QUARTET_TOKEN'] : await readFile(file, 'utf8')
  return token?.trim() || undefined
}

/**
 * Asks for a file.
 * @throws Error with what the function says, when it is not given
 */
export async function download(address: Address, path: string): Promise<IncomingMessage> {
  const outgoing = requestTo(address, path, 'GET')
  outgoing.end()
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
  if (incoming.statusCode !== 200) throw new Error(await reasonIn(incoming))
  return incoming
}

/**
 * Sends a file.
 * @returns the body of the answer
 * @throws Error with what the function says, when it is not taken, which can be before all of it was sent
 */
export async function upload(address: Address, path: string, file: Readable): Promise<string> {
  const outgoing = requestTo(address, path, 'POST')
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>
  const sent = pipeline(file, outgoing)
  try {
    await Promise.race([answered, sent])
    const [incoming] = await answered
    if (incoming.statusCode !== 200) throw new Error(await reasonIn(incoming))
    return await text(incoming)
  } finally {
    // The answer was read: what else is being sent goes nowhere.
    file.destroy()
    await sent.catch(() => {})
  }
}

function requestTo({ url, token }: Address, path: string, method: string): ReturnType<typeof httpRequest> {
  const target = new URL(`${url.replace(/\/+$/, '')}${path}`)
  const headers = {
    ...(method === 'POST' && { 'content-type': 'application/x-ndjson' }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  return (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, { method, headers })
}

async function reasonIn(incoming: IncomingMessage): Promise<string> {
  const body = await text(incoming)
  const problem = problemIn(body)
  if (!problem) return `The answer was ${incoming.statusCode} ${incoming.statusMessage}: ${body.slice(0, 500)}`
  const { title, detail, errors = [] } = problem
  const flaws = errors.map(({ line, at, detail: flaw }) => {
    return [line === undefined ? '' : `line ${line}`, at, flaw].filter(Boolean).join(': ')
  })
  return [`${title}: ${detail}`, ...flaws].join('\n')
}

function problemIn(body: string): z.output<typeof Problem> | undefined {
  try {
    return z.safeParse(Problem, JSON.parse(body)).data
  } catch {
    return undefined
  }
}
