import { isJsonObject, type JsonObject } from '../documents/metadata.ts'

/** Applies a JSON merge patch: RFC 7396, section 2. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch
  const before: JsonObject = isJsonObject(target) ? target : {}
  const after = new Map(Object.entries(before))
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) after.delete(key)
    else after.set(key, mergePatch(after.get(key), value))
  }
  return Object.fromEntries(after)
}
