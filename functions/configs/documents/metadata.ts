/** A JSON object as JSON.parse makes it. */
export type JsonObject = { readonly [key: string]: unknown }

interface Flaw {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** Levels of nesting: more than anybody configures by hand, less than any JSON reader gives up at. */
export const mostLevels = 64
/** UTF-16 units of a key: more than anybody reads, and few enough for a path of them to fit an answer. */
export const longestKey = 1000
/** Characters of a number: more than anybody counts to, and few enough to be compared a thousand times. */
export const longestNumber = 1000
/** Values in all depths together, lists and objects themselves included. */
export const mostValues = 100_000
/** More than anybody reads: a body can be nothing but flaws. */
const mostFlaws = 20

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value)
}

/** What JSON may have, each of them above. */
interface JsonLimits {
  readonly levels: number
  readonly values?: number
  readonly keyLength?: number
  readonly numberLength?: number
}

/** Finds what PostgreSQL could not store, or clients could not read back. */
export function jsonFlaws(json: unknown, limits: JsonLimits): readonly Flaw[] {
  const { levels, values: allowed = mostValues, keyLength = longestKey, numberLength = longestNumber } = limits
  const flaws: Flaw[] = []
  let values = 0
  const visit = (value: unknown, path: readonly PropertyKey[]): void => {
    if (flaws.length >= mostFlaws || values > allowed) return
    values += 1
    if (values > allowed) {
      flaws.push({ path, message: `Over ${allowed} values` })
    } else if (path.length > levels) {
      flaws.push({ path, message: `Nested over ${levels} levels deep` })
    } else if (typeof value === 'string') {
      checkText(value, path, 'The text')
    } else if (JSON.isRawJSON(value)) {
      if (JSON.stringify(value).length <= numberLength) return
      flaws.push({ path, message: `The number is over ${numberLength} characters long` })
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(item, [...path, index])
    } else if (isJsonObject(value)) {
      for (const [key, item] of Object.entries(value)) {
        checkKey(key, [...path, key])
        visit(item, [...path, key])
      }
    }
  }
  const checkText = (text: string, path: readonly PropertyKey[], what: string): void => {
    if (text.includes('\0')) flaws.push({ path, message: `${what} has a NUL character` })
    else if (!text.isWellFormed()) flaws.push({ path, message: `${what} has half of a surrogate pair` })
  }
  const checkKey = (key: string, path: readonly PropertyKey[]): void => {
    if (key.length <= keyLength) return checkText(key, path, 'The key')
    flaws.push({ path: path.slice(0, -1), message: `A key is over ${keyLength} characters long` })
  }
  visit(json, [])
  return flaws
}
