import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import type { HttpFunction } from '@google-cloud/functions-framework'

import { exchange } from '../exchange.ts'
import type { FunctionDefinition } from '../function.ts'
import type { RuntimeSettings } from '../settings.ts'
import { standalone, type Standalone } from '../standalone.ts'

interface Original {
  readonly url: string | undefined
  readonly contentType: string | undefined
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
    const { instance } = await opened
    await exchange(instance, request, response)
  }
}

/**
 * Keeps functions-framework from answering before the function is asked. Its middleware reads every body (up to 1 GB),
 * answers malformed JSON and percent-encoding with pages of its own, and answers /favicon.ico and /robots.txt itself.
 * It offers no setting for that and loads the function before it makes its server; so, for each request that a server
 * of this process is given, what its middleware goes by is put aside until the function is called.
 */
export function leaveRequestsToFunctions(): void {
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: IncomingMessage }
    originals.set(request, { url: request.url, contentType: request.headers['content-type'] })
    request.url = '/'
    delete request.headers['content-type']
  })
}

function restore(request: IncomingMessage): void {
  const original = originals.get(request)
  if (!original) return
  if (original.url !== undefined) request.url = original.url
  if (original.contentType !== undefined) request.headers['content-type'] = original.contentType
}
