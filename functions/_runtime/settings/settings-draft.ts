/** Settings as they are put together, each with its origin. What is set later wins. */
export class Draft {
  // Without a prototype: a key of a file that is called __proto__ is a key like any other.
  readonly values: Record<string, unknown> = emptyGroup()
  readonly #origins = new Map<string, string>()

  /** Sets everything in a group of settings; what is undefined was not set. */
  merge(values: unknown, origin: (path: readonly string[]) => string, path: readonly string[] = []): void {
    if (values === undefined) return
    if (path.length > 0) this.#origins.set(path.join('.'), origin(path))
    if (!isGroup(values)) return this.set(path, values, origin(path))
    for (const [key, value] of Object.entries(values)) this.merge(value, origin, [...path, key])
  }

  set(path: readonly string[], value: unknown, origin: string): void {
    const parents = path.slice(0, -1)
    const key = path.at(-1)
    if (key === undefined) return
    let group = this.values
    for (const parent of parents) {
      const existing = group[parent]
      const next = isGroup(existing) ? existing : emptyGroup()
      group[parent] = next
      group = next
    }
    group[key] = value
    this.#origins.set(path.join('.'), origin)
  }

  originOf(path: readonly string[]): string | undefined {
    return this.#origins.get(path.join('.'))
  }
}

export function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function emptyGroup(): Record<string, unknown> {
  const group: Record<string, unknown> = {}
  Object.setPrototypeOf(group, null)
  return group
}
