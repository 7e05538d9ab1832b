/** A JSON object as JSON.parse makes it. */
export type JsonObject = { readonly [key: string]: unknown }

interface MetadataFlaw {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** Levels of nesting: more than anybody configures by hand, less than any JSON reader gives up at. */
const mostLevels = 64

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value)
}

/** Finds what PostgreSQL could not store, or clients could not read back. */
export function metadataFlaws(metadata: unknown): MetadataFlaw[] {
  const flaws: MetadataFlaw[] = []
  const visit = (value: unknown, path: readonly PropertyKey[]): void => {
    if (path.length > mostLevels) {
      flaws.push({ path, message: `Nested over ${mostLevels} levels deep` })
    } else if (typeof value === 'string') {
      checkText(value, path, 'The text')
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(item, [...path, index])
    } else if (isJsonObject(value)) {
      for (const [key, item] of Object.entries(value)) {
        checkText(key, [...path, key], 'The key')
        visit(item, [...path, key])
      }
    }
  }
  const checkText = (text: string, path: readonly PropertyKey[], what: string): void => {
    if (text.includes('\0')) flaws.push({ path, message: `${what} has a NUL character` })
    else if (!text.isWellFormed()) flaws.push({ path, message: `${what} has half of a surrogate pair` })
  }
  visit(metadata, [])
  return flaws
}
