import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import type { HttpFunction } from '@google-cloud/functions-framework'

import { exchange, refuseToStart } from './exchange.ts'
import type { FunctionDefinition } from '../function/definition.ts'
import type { RuntimeSettings } from '../settings/settings.ts'
import { standalone, type Standalone } from '../process/standalone.ts'

interface Original {
  readonly url: string | undefined
  readonly headers: Readonly<Record<string, string | undefined>>
}

const originals = new WeakMap<object, Original>()

/** Makes what functions-framework calls; the function is opened by its first request. */
export function frameworkFunction<Settings extends RuntimeSettings, Held>(
  definition: FunctionDefinition<Settings, Held>,
): HttpFunction {
  let opened: Promise<Standalone> | undefined
  return async (request, response) => {
    restore(request)
    opened ??= standalone(definition)
    const started = await opened.catch((error: unknown) => {
      opened = undefined
      refuseToStart(definition.name, error, request, response)
    })
    if (started) await exchange(started.instance, request, response)
  }
}

/**
 * Keeps functions-framework from answering before the function is asked. Its middleware reads every body (up to 1 GB),
 * answers malformed JSON and percent-encoding with pages of its own, and answers /favicon.ico and /robots.txt itself;
 * its server asks for a body with 100 Continue, whatever its length. It offers no setting for that and loads the function
 * before it makes its server; so, for each request that a server of this process is given, what the framework goes by is
 * put aside until the function is called.
 * @returns ends it
 */
export function leaveRequestsToFunctions(): () => void {
  subscribe('http.server.request.start', putAside)
  return () => unsubscribe('http.server.request.start', putAside)
}

function putAside(message: unknown): void {
  const { request } = message as { request: IncomingMessage }
  const { 'content-type': contentType, expect } = request.headers
  originals.set(request, { url: request.url, headers: { 'content-type': contentType, expect } })
  request.url = '/'
  delete request.headers['content-type']
  delete request.headers.expect
}

function restore(request: IncomingMessage): void {
  const original = originals.get(request)
  if (!original) return
  if (original.url !== undefined) request.url = original.url
  for (const [name, value] of Object.entries(original.headers)) {
    if (value !== undefined) request.headers[name] = value
  }
}
