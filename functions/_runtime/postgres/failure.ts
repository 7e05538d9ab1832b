import postgres from 'postgres'

import { Problem, serviceUnavailable } from '../reply/problem.ts'

// What a failure of the database is to whoever asks. SQLSTATE:
// https://www.postgresql.org/docs/current/errcodes-appendix.html

const retryAfterSeconds = 2

/** There is no such table, schema or column: this code is newer than what `quartet migrate` last ran. */
const notMigrated = new Set(['42P01', '3F000', '42703'])
/** The statement ran into the server's statement_timeout, and was undone. */
const canceled = '57014'
/** The server is a replica now. */
const readOnly = '25006'
/** The server, not the query, is the trouble. */
const unavailable = new RegExp(`^(08|53|57|58|${readOnly})`)
/** The server does not know the user, the password or the database. */
const refused = /^(28|3D)/
/** The server ended the session: it was told to, or one of its processes crashed. */
const ended = /^57P0[1245]/
/** Codes of the driver and of the system for a session that ended while a statement was in it. */
const lost = /^(CONNECTION_|ECONNRESET|EPIPE|ETIMEDOUT)/
/** Those for one that never began. */
const unreachable = /^(CONNECT|E(CONN|HOST|NET|AI_AGAIN|NOTFOUND|NOENT))/

/** No session was free: nothing was asked of the database. */
export function busy(timeoutMs: number): Problem {
  return unavailableProblem(`The database is busy: no connection was free within ${timeoutMs} ms.`)
}

export function tooSlow(timeoutMs: number): Problem {
  return unavailableProblem(`The database did not answer within ${timeoutMs} ms. A change may still be made.`)
}

/** Says what a failure is to those who asked; what is a mistake of ours stays what it is. */
export function asProblem(error: unknown, queryTimeoutMs: number): unknown {
  if (error instanceof Problem || !(error instanceof Error)) return error
  const detail = detailOf(codeOf(error), queryTimeoutMs)
  return detail === undefined ? error : unavailableProblem(detail, error)
}

/** Whether a session can be used again after an error: the server has answered, and goes on. */
export function isHarmless(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.severity === 'ERROR' && error.code !== readOnly
}

/** Whether another server may be able to do what this one cannot. */
export function isOfAnotherServer(error: unknown): boolean {
  return codeOf(error) === readOnly || codeOf(error) === 'CONNECTION_DESTROYED'
}

/** Whether what stands before the server does not take statement_timeout as a parameter of a session. */
export function refusesTimeout(error: unknown): boolean {
  return error instanceof postgres.PostgresError && /startup parameter.*statement_timeout/.test(error.message)
}

function detailOf(code: string, queryTimeoutMs: number): string | undefined {
  if (code === canceled) return `The database did not answer within ${queryTimeoutMs} ms.`
  if (notMigrated.has(code)) return 'The database has not been migrated. Run `quartet migrate`.'
  if (refused.test(code)) return 'The database refuses the connection; the log says why.'
  if (lost.test(code) || ended.test(code))
    return 'The connection to the database was lost. A change may have been made.'
  if (unavailable.test(code) || unreachable.test(code)) return 'The database cannot be reached now.'
  return undefined
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function unavailableProblem(detail: string, cause?: unknown): Problem {
  return serviceUnavailable(detail, retryAfterSeconds, cause)
}
