import type { IncomingHttpHeaders } from 'node:http'

import { badRequest, preconditionRequired, type Problem } from '../../_runtime/reply/problem.ts'
import { parseEntityTags, type EntityTag } from './entity-tag.ts'
import { isVersion, type ConfigsSettings } from '../schema.ts'

/** On what a client makes a request depend: RFC 9110, section 13.1. */
export interface Precondition {
  /** If-Match: there must be a config, or it must be one of these versions. */
  readonly match?: '*' | readonly string[]
  /** If-None-Match: there must be no config, or it must be none of these versions. */
  readonly noneMatch?: '*' | readonly string[]
}

/**
 * Reads what a change depends on. A header that cannot be understood is not passed over: the change would be made
 * without what its client wanted to be sure of.
 * @throws Problem 400 when a header has no ETags; 428 when a change has to depend on something, and this one does not
 */
export function preconditionOf(headers: IncomingHttpHeaders, { requireIfMatch }: ConfigsSettings): Precondition {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers
  if (requireIfMatch && ifMatch === undefined && ifNoneMatch === undefined) {
    throw preconditionRequired('Send If-Match with the ETag of what you have read, so that no other change is lost.')
  }
  return {
    // A weak ETag never is the same as another: RFC 9110, section 8.8.3.2.
    ...(ifMatch !== undefined && { match: versionsIn('If-Match', ifMatch, ({ isWeak }) => !isWeak) }),
    ...(ifNoneMatch !== undefined && { noneMatch: versionsIn('If-None-Match', ifNoneMatch, () => true) }),
  }
}

/** Whether a client that sends these headers has a version already. */
export function isKnown(version: string, { 'if-none-match': header }: IncomingHttpHeaders): boolean {
  const tags = header === undefined ? [] : parseEntityTags(header)
  return tags === '*' || (tags?.some(({ value }) => value === version) ?? false)
}

export function isMet({ match, noneMatch }: Precondition, version: string): boolean {
  if (noneMatch === '*' || noneMatch?.includes(version)) return false
  return match === undefined || match === '*' || match.includes(version)
}

/** ETags that none of our versions can have are left out: they are no version that could be asked for. */
function versionsIn(name: string, header: string, isWanted: (tag: EntityTag) => boolean): '*' | readonly string[] {
  const tags = parseEntityTags(header)
  if (tags === undefined) throw malformed(name)
  if (tags === '*') return tags
  return tags.filter((tag) => isWanted(tag) && isVersion(tag.value)).map(({ value }) => value)
}

function malformed(name: string): Problem {
  return badRequest(`${name} has no ETag that can be read.`, [
    { at: name.toLowerCase(), detail: 'Expected * or ETags in double quotes, such as "17"' },
  ])
}
