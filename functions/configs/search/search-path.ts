import { longestKey, mostLevels } from '../documents/metadata.ts'

const longestPath = 4000
const root = 'metadata'

/**
 * Reads a path such as metadata.limits.cpu. What a key has of the three characters that are not its own is written with
 * a tilde, as in a JSON pointer: ~0 is a tilde, ~1 a dot and ~2 an opening bracket.
 * @returns the keys below metadata, or what is wrong with it
 */
export function parsePath(text: string): readonly string[] | { readonly flaw: string } {
  const [first, ...keys] = text.split('.')
  if (first !== root || keys.length === 0)
    return { flaw: 'Expected a path below metadata, such as metadata.limits.cpu' }
  if (text.length > longestPath) return { flaw: `The path is over ${longestPath} characters long` }
  if (keys.length > mostLevels) return { flaw: `The path leads over ${mostLevels} levels deep` }
  if (/~(?![012])/.test(text)) return { flaw: 'A tilde is written ~0, a dot in a key ~1, an opening bracket ~2' }
  if (!isStorable(text)) return { flaw: 'No key has a NUL character or half of a surrogate pair' }
  const path = keys.map((key) => key.replaceAll('~2', '[').replaceAll('~1', '.').replaceAll('~0', '~'))
  return path.some((key) => key.length > longestKey) ? { flaw: `A key is over ${longestKey} characters long` } : path
}

/** Whether it can be a part of a config; PostgreSQL would refuse the query with it. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}
