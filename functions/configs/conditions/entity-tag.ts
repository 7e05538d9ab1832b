/** What a header names by its ETags (RFC 9110, sections 8.8.3 and 13.1): whatever there is, or these. */
export type EntityTags = '*' | readonly EntityTag[]

export interface EntityTag {
  readonly isWeak: boolean
  readonly value: string
}

/** The ETag of a version. It is strong: a version has one text, and never another. */
export function entityTag(version: string): string {
  return `"${version}"`
}

const tag = '(?:W/)?"[!#-~\\u0080-\\u00ff]*"'
// Commas may stand alone, as RFC 9110 has it for what reads lists, and tags may not stand without one.
const tags = `[\\t ,]*${tag}(?:[\\t ]*,[\\t ,]*${tag})*[\\t ,]*`
/** The form of a header that names ETags. */
export const entityTagsPattern = `^(?:[\\t ]*\\*[\\t ]*|${tags})$`
const form = new RegExp(entityTagsPattern)

/** @returns undefined when the header names none in the form that ETags have */
export function parseEntityTags(header: string): EntityTags | undefined {
  if (!form.test(header)) return undefined
  if (header.trim() === '*') return '*'
  return [...header.matchAll(/(W\/)?"([^"]*)"/g)].map(([, weak, value = '']) => ({ isWeak: weak !== undefined, value }))
}
