import type { Precondition } from '../conditions/precondition.ts'

/** Versions as PostgreSQL reads an array; null where a condition names none. */
export function versionArray(versions: Precondition['match']): string | null {
  return versions === undefined || versions === '*' ? null : `{${versions.join(',')}}`
}
