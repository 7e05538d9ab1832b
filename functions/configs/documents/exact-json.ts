import type { Reviver } from '../../_runtime/json/json-keys.ts'

/**
 * Keeps numbers as they were written: 1.0, 1e400 and integers over 2^53 come back digit for digit, because what a
 * JavaScript number would change is held as its source text (JSON.rawJSON, which JSON.stringify writes as it is).
 */
export const keepNumbers: Reviver = (_key, value, { source }) => {
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value
  return JSON.rawJSON(source)
}
