import { parseExactly } from '../../_runtime/json/json-keys.ts'
import { badRequest, type Problem } from '../../_runtime/reply/problem.ts'
import { documentText } from '../documents/document.ts'
import { keepNumbers } from '../documents/exact-json.ts'
import { isJsonObject } from '../documents/metadata.ts'
import { parsePath } from '../search/search-path.ts'
import type { Config } from '../store/store.ts'

/** What of a document is answered: true is all of it, a map what is at some of its keys. */
type Wanted = true | Map<string, Wanted>

/**
 * Reads which fields of the documents are asked for.
 * @param text such as name,metadata.limits.cpu; all where there is none
 * @param most how many may be asked for
 * @returns writes a document with those of them that it has
 * @throws Problem 400 when one is no path
 */
export function documentWriter(text: string | undefined, most: number): (config: Config) => string {
  if (text === undefined) return documentText
  const wanted: Map<string, Wanted> = new Map()
  const fields = text.split(',')
  if (fields.length > most) throw wrongFields(`Over ${most} fields`)
  for (const field of fields) want(wanted, keysOf(field))
  return (config) => JSON.stringify(part(parseExactly(documentText(config), keepNumbers), wanted) ?? {})
}

function keysOf(field: string): readonly string[] {
  if (field === 'name' || field === 'dcname' || field === 'metadata') return [field]
  const path = parsePath(field)
  if ('flaw' in path) throw wrongFields('Expected name, metadata or paths below it, with commas between them')
  return ['metadata', ...path]
}

function wrongFields(detail: string): Problem {
  return badRequest('The fields cannot be read.', [{ at: 'fields', detail }])
}

function want(wanted: Map<string, Wanted>, [key = '', ...below]: readonly string[]): void {
  const known = wanted.get(key)
  if (known === true) return
  if (below.length === 0) {
    wanted.set(key, true)
    // It is one field, whatever the document calls it.
    if (key === 'name') wanted.set('dcname', true)
    return
  }
  const inner: Map<string, Wanted> = known ?? new Map<string, Wanted>()
  wanted.set(key, inner)
  want(inner, below)
}

/** @returns undefined when nothing is there; of a list, what is wanted of its elements */
function part(value: unknown, wanted: Wanted): unknown {
  if (wanted === true) return value
  if (Array.isArray(value)) {
    const parts = value.map((element) => part(element, wanted)).filter((element) => element !== undefined)
    return parts.length > 0 ? parts : undefined
  }
  if (!isJsonObject(value)) return undefined
  const parts = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    const below = wanted.get(key)
    const found = below === undefined ? undefined : part(inner, below)
    return found === undefined ? [] : [[key, found]]
  })
  return parts.length > 0 ? Object.fromEntries(parts) : undefined
}
