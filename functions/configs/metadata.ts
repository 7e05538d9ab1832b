/** A JSON object as JSON.parse makes it. */
export type JsonObject = { readonly [key: string]: unknown }

interface Flaw {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** Levels of nesting: more than anybody configures by hand, less than any JSON reader gives up at. */
export const mostLevels = 64
/** More than anybody reads: a body can be nothing but flaws. */
const mostFlaws = 20

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value)
}

/**
 * Finds what PostgreSQL could not store, or clients could not read back.
 * @param levels how deep it may nest
 */
export function jsonFlaws(json: unknown, levels: number): readonly Flaw[] {
  const flaws: Flaw[] = []
  const visit = (value: unknown, path: readonly PropertyKey[]): void => {
    if (flaws.length >= mostFlaws) return
    if (path.length > levels) {
      flaws.push({ path, message: `Nested over ${levels} levels deep` })
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
  visit(json, [])
  return flaws
}
