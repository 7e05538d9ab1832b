import type { IncomingHttpHeaders } from 'node:http'

import { badRequest } from '../../_runtime/reply/problem.ts'

const key = '[!#-\\[\\]-~]{1,200}'
/** The form of the header. */
export const idempotencyKeyPattern = `^[\\t ]*(?:"(${key})"|(${key}))[\\t ]*$`
const form = new RegExp(idempotencyKeyPattern)

/**
 * Reads the Idempotency-Key of a request: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 * The draft has it in double quotes; most clients send it without.
 * @throws Problem 400 when it is no key
 */
export function idempotencyKey({ 'idempotency-key': header }: IncomingHttpHeaders): string | undefined {
  if (header === undefined) return undefined
  const read = typeof header === 'string' ? form.exec(header) : null
  if (read) return read[1] ?? read[2]
  throw badRequest('The Idempotency-Key is none that can be kept.', [
    { at: 'idempotency-key', detail: 'Expected 1 to 200 visible ASCII characters other than \\, such as a UUID' },
  ])
}
