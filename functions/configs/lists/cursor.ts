import { badRequest, type Problem } from '../../_runtime/reply/problem.ts'
import { validate } from '../../_runtime/request/validate.ts'
import { ConfigName, Version } from '../schema.ts'

/** Where a list goes on after a name, or a version. Opaque to clients, so that what is in it can change. */
export function cursorAfter(last: string): string {
  return Buffer.from(last).toString('base64url')
}

/** @throws Problem 400 when it is no cursor of ours */
export function nameAtCursor(cursor: string): string {
  const name = validate(ConfigName, textAt(cursor))
  if (name.success) return name.value
  throw unknownCursor()
}

/** @throws Problem 400 when it is no cursor of ours */
export function versionAtCursor(cursor: string): string {
  const version = validate(Version, textAt(cursor))
  if (version.success) return version.value
  throw unknownCursor()
}

function textAt(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString()
}

function unknownCursor(): Problem {
  return badRequest('The cursor is not one that this list gave.', [
    { at: 'cursor', detail: 'Take it from the Link header' },
  ])
}
