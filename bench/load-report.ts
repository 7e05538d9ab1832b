import * as z from 'zod/mini'

/** What a load came to. */
export interface LoadReport {
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** The line that load.lua prints. */
const Line = z.object({
  requests: z.number(),
  durationUs: z.number(),
  p50Us: z.number(),
  p99Us: z.number(),
  statusErrors: z.number(),
  socketErrors: z.number(),
})

/**
 * Reads what wrk printed.
 * @throws Error when a request failed, since a server that refuses is faster than one that answers, or none was answered
 */
export function parseLoadReport(output: string): LoadReport {
  const line = output.trimEnd().split('\n').at(-1) ?? ''
  const { requests, durationUs, p50Us, p99Us, statusErrors, socketErrors } = z.parse(Line, JSON.parse(line))
  if (requests === 0) throw new Error('No request was answered. Is the server at work?')
  if (statusErrors > 0 || socketErrors > 0)
    throw new Error(`Of ${requests} requests ${statusErrors} were refused and ${socketErrors} failed on the socket.`)
  return { requestsPerSecond: requests / (durationUs / 1e6), p50Ms: p50Us / 1000, p99Ms: p99Us / 1000 }
}
