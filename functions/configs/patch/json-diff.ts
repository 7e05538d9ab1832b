import { isSameJson } from './json-equality.ts'
import { mostOperations, type Operation } from './json-patch.ts'
import { isJsonObject, type JsonObject } from '../documents/metadata.ts'
import { jsonPointer } from '../../_runtime/request/validate.ts'

/** A diff of fewer operations is short enough, however long their paths are. */
const fewOperations = 8

/**
 * Finds a JSON Patch that makes one value of another, numbers to the letter, and is no longer than one may be, in time that
 * grows with their size. Lists are compared place by place between what they begin and end with alike.
 */
export function jsonDiff(from: unknown, to: unknown, path = ''): Operation[] {
  const operations = operationsBetween(from, to, path)
  if (operations.length <= fewOperations) return operations
  // Paths repeat what leads to them: a whole that is shorter than the paths into it is said at once, as is one of more
  // operations than a patch may have.
  const pathLength = operations.reduce((sum, operation) => sum + operation.path.length, 0)
  if (operations.length <= mostOperations && pathLength < textLength(to)) return operations
  return [{ op: 'replace', path, value: to }]
}

/** Each is asked for its length once by all that it stands in. */
const lengths = new WeakMap<object, number>()

/** @returns the length of a value's JSON text */
function textLength(value: unknown): number {
  if (!Array.isArray(value) && !isJsonObject(value)) return JSON.stringify(value).length
  const known = lengths.get(value)
  if (known !== undefined) return known
  const members = Array.isArray(value)
    ? value.map(textLength)
    : Object.entries(value).map(([key, member]) => JSON.stringify(key).length + 1 + textLength(member))
  const length = members.reduce((sum, each) => sum + each + 1, members.length === 0 ? 2 : 1)
  lengths.set(value, length)
  return length
}

function operationsBetween(from: unknown, to: unknown, path: string): Operation[] {
  if (Array.isArray(from) && Array.isArray(to)) return betweenLists(from, to, path)
  if (isJsonObject(from) && isJsonObject(to)) return betweenObjects(from, to, path)
  return isSameJson(from, to) ? [] : [{ op: 'replace', path, value: to }]
}

function betweenObjects(from: JsonObject, to: JsonObject, path: string): Operation[] {
  const removed = Object.keys(from).filter((key) => !Object.hasOwn(to, key))
  const removals = removed.map((key): Operation => ({ op: 'remove', path: at(path, key) }))
  const changes = Object.entries(to).flatMap(([key, value]): Operation[] => {
    if (!Object.hasOwn(from, key)) return [{ op: 'add', path: at(path, key), value }]
    return jsonDiff(from[key], value, at(path, key))
  })
  return [...removals, ...changes]
}

function betweenLists(from: readonly unknown[], to: readonly unknown[], path: string): Operation[] {
  const shorter = Math.min(from.length, to.length)
  let start = 0
  while (start < shorter && isSameJson(from[start], to[start])) start += 1
  let same = 0
  while (same < shorter - start && isSameJson(from.at(-1 - same), to.at(-1 - same))) same += 1
  const fromEnd = from.length - same
  const toEnd = to.length - same
  const operations: Operation[] = []
  for (let index = start; index < Math.min(fromEnd, toEnd); index += 1) {
    for (const operation of jsonDiff(from[index], to[index], at(path, index))) operations.push(operation)
  }
  // From the last to the first, so that each is still where it was.
  for (let index = fromEnd - 1; index >= toEnd; index -= 1) operations.push({ op: 'remove', path: at(path, index) })
  for (let index = fromEnd; index < toEnd; index += 1) {
    operations.push({ op: 'add', path: at(path, index), value: to[index] })
  }
  return operations
}

function at(path: string, key: PropertyKey): string {
  return path + jsonPointer([key])
}
