import { conflict, type Problem } from '../../_runtime/reply/problem.ts'
import { isEqualJson } from './json-equality.ts'
import { isJsonObject, mostLevels } from '../documents/metadata.ts'

/** One operation of a JSON Patch: RFC 6902, section 4. */
export type Operation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'move' | 'copy'; readonly path: string; readonly from: string }
  | { readonly op: 'remove'; readonly path: string }

/** So few that none is too many to apply, however large what they are applied to. */
export const mostOperations = 1000

/** An object or array of a document that is being patched. */
type Group = unknown[] | Record<string, unknown>

/** A member of an operation that names a place. */
type Member = 'path' | 'from'

/** The tokens of a JSON pointer: RFC 6901, section 4. */
export function tokensOf(pointer: string): string[] {
  const tokens = pointer.split('/').slice(1)
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/**
 * Applies a JSON Patch. Written here because what is published does one of three things to what a config may hold:
 * copies a number that is kept as its text as an object, compares it by its letters, or drops a key named __proto__.
 * @param document what JSON.parse made; it is changed, and useless when this throws
 * @param mostCopied characters that `copy` may add, so that a small patch does not make a large document
 * @throws Problem 409 when the document is not as the patch expects it
 */
export function jsonPatch(document: unknown, operations: readonly Operation[], mostCopied: number): unknown {
  return new Patching(document, mostCopied).apply(operations)
}

class Patching {
  /** The document is a member like any other, so that the empty pointer is a place like any other. */
  readonly #root: Record<string, unknown>
  #copyable: number
  #index = 0

  constructor(document: unknown, mostCopied: number) {
    this.#root = { document }
    this.#copyable = mostCopied
  }

  apply(operations: readonly Operation[]): unknown {
    for (const [index, operation] of operations.entries()) {
      this.#index = index
      this.#applyOne(operation)
    }
    return this.#root['document']
  }

  #applyOne(operation: Operation): void {
    const { op, path } = operation
    switch (op) {
      case 'add':
        return this.#add(path, this.#cloned(operation.value, mostLevels + 1))
      case 'copy':
        return this.#add(path, this.#copied(operation.from))
      case 'move':
        return this.#add(path, this.#take('from', operation.from))
      case 'remove':
        return void this.#take('path', path)
      case 'replace': {
        const [group, key] = this.#existing('path', path)
        return put(group, key, this.#cloned(operation.value, mostLevels + 1))
      }
      case 'test': {
        const [group, key] = this.#existing('path', path)
        if (!isEqualJson(memberOf(group, key), operation.value)) throw this.#conflict('value', 'The config has another')
      }
    }
  }

  #add(path: string, value: unknown): void {
    const [group, key] = this.#place('path', path)
    if (!Array.isArray(group)) return put(group, key, value)
    const index = key === '-' ? group.length : indexOf(key)
    if (index === undefined || index > group.length) throw this.#conflict('path', 'The list has no such place')
    group.splice(index, 0, value)
  }

  #take(member: Member, pointer: string): unknown {
    const [group, key] = this.#existing(member, pointer)
    const value = memberOf(group, key)
    if (Array.isArray(group)) group.splice(Number(key), 1)
    else Reflect.deleteProperty(group, key)
    return value
  }

  #copied(from: string): unknown {
    const [group, key] = this.#existing('from', from)
    const value = memberOf(group, key)
    return this.#cloned(value, mostLevels + 1, (characters) => {
      this.#copyable -= characters
      if (this.#copyable < 0) throw this.#conflict('from', 'Too much is copied')
    })
  }

  /** The object or array that has a place, and its key or index there. */
  #place(member: Member, pointer: string): [Group, string] {
    let group: unknown = this.#root
    let key = 'document'
    for (const token of tokensOf(pointer)) {
      group = isGroup(group) ? memberOf(group, key) : undefined
      key = token
    }
    if (!isGroup(group)) throw this.#conflict(member, 'The config has nothing there')
    return [group, key]
  }

  #existing(member: Member, pointer: string): [Group, string] {
    const place = this.#place(member, pointer)
    if (memberOf(...place) === undefined) throw this.#conflict(member, 'The config has nothing there')
    return place
  }

  /** Later operations change what is in the document, and must not change the patch or what was copied. */
  #cloned(value: unknown, levels: number, count: (characters: number) => void = () => {}): unknown {
    if (levels < 0) throw this.#conflict('from', `Nested over ${mostLevels} levels deep`)
    if (Array.isArray(value)) {
      count(2)
      return value.map((item) => this.#cloned(item, levels - 1, count))
    }
    if (!isJsonObject(value)) {
      count(typeof value === 'string' ? value.length + 3 : JSON.stringify(value).length + 1)
      return value
    }
    count(2)
    const members = Object.entries(value).map(([key, item]) => {
      count(key.length + 3)
      return [key, this.#cloned(item, levels - 1, count)] as const
    })
    return Object.fromEntries(members)
  }

  /** 409 is for a patch that cannot be applied to what is there: RFC 5789, section 2.2. */
  #conflict(member: Member | 'value', detail: string): Problem {
    const at = `/${this.#index}/${member}`
    return conflict('The config is not as the patch expects it; errors says where.', [{ at, detail }])
  }
}

function isGroup(value: unknown): value is Group {
  return Array.isArray(value) || isJsonObject(value)
}

/** @returns undefined when there is none, which no JSON value is */
function memberOf(group: Group, key: string): unknown {
  if (!Array.isArray(group)) return Object.hasOwn(group, key) ? group[key] : undefined
  const index = indexOf(key)
  return index === undefined ? undefined : group[index]
}

/** Also for a key named __proto__, which an assignment would take for the prototype. */
function put(group: Group, key: string, value: unknown): void {
  Object.defineProperty(group, key, { value, configurable: true, enumerable: true, writable: true })
}

/** An index has no leading zeros: RFC 6901, section 4. */
function indexOf(token: string): number | undefined {
  return /^(?:0|[1-9]\d{0,8})$/.test(token) ? Number(token) : undefined
}
