import { badRequest } from '../_runtime/problem.ts'
import { ConfigName } from './schema.ts'
import { validate } from '../_runtime/validate.ts'

/** Where a list goes on. Opaque to clients, so that what is in it can change. */
export function cursorAfter(name: string): string {
  return Buffer.from(name).toString('base64url')
}

/** @throws Problem 400 when it is no cursor of ours */
export function nameAtCursor(cursor: string): string {
  const name = validate(ConfigName, Buffer.from(cursor, 'base64url').toString())
  if (name.success) return name.value
  throw badRequest('The cursor is not one that this list gave.', [
    { at: 'cursor', detail: 'Take it from the Link header' },
  ])
}
