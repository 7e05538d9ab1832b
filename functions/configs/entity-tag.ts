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

/** @returns undefined when the header names none in the form that ETags have */
export function parseEntityTags(header: string): EntityTags | undefined {
  if (header.trim() === '*') return '*'
  const tags: EntityTag[] = []
  const rest = header.replaceAll(/(W\/)?"([!#-~\u0080-\u00ff]*)"/g, (_, weak: string | undefined, value: string) => {
    tags.push({ isWeak: weak !== undefined, value })
    return 'x'
  })
  // Commas may stand alone, as RFC 9110 has it for what reads lists, and tags may not stand without one.
  return tags.length > 0 && /^[\t ,]*x(?:[\t ]*,[\t ,]*x)*[\t ,]*$/.test(rest) ? tags : undefined
}
