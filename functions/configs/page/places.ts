import { closes, opens, tokensOf } from './json-tokens.ts'

interface Container {
  readonly pointer: string
  readonly isObject: boolean
  /** How many elements came before. */
  index: number
  /** What is looked at: a member's key until its colon, then the value. */
  key: string | undefined
}

/**
 * Finds where values are in JSON, by their pointers (RFC 6901). A member is where its key is; of a key that is there
 * twice it is the last, which counts.
 * @param source a text that JSON.parse takes
 */
export function placesIn(source: string): ReadonlyMap<string, number> {
  const places = new Map<string, number>()
  const containers: Container[] = []
  for (const token of tokensOf(source)) {
    const container = containers.at(-1)
    if (closes(token)) containers.pop()
    else if (token.text === ',' && container) {
      container.index += 1
      container.key = undefined
    } else if (token.text !== ':') {
      const isKey = container?.isObject === true && container.key === undefined
      if (isKey) container.key = token.text
      const pointer = container ? `${container.pointer}/${stepOf(container)}` : ''
      if (isKey || !container?.isObject) places.set(pointer, token.at)
      if (!isKey && opens(token)) {
        containers.push({ pointer, isObject: token.text === '{', index: 0, key: undefined })
      }
    }
  }
  return places
}

/** @returns where what a pointer names is, or the innermost that there is of what leads to it */
export function placeOf(pointer: string, places: ReadonlyMap<string, number>): number {
  const place = places.get(pointer)
  if (place !== undefined || pointer === '') return place ?? 0
  return placeOf(pointer.slice(0, Math.max(0, pointer.lastIndexOf('/'))), places)
}

function stepOf({ key, index }: Container): string {
  if (key === undefined) return String(index)
  return String(JSON.parse(key)).replaceAll('~', '~0').replaceAll('/', '~1')
}
