interface MediaRange {
  readonly type: string
  /** How much it is wanted, 0 (not at all) to 1. */
  readonly quality: number
  readonly place: number
}

/**
 * Chooses what a client is answered in (RFC 9110, 12.5.1).
 * @param accept the request's header
 * @param offered media types without parameters; the first is for who does not say, or wants none of them
 */
export function preferredType<Type extends string>(
  accept: string | undefined,
  offered: readonly [Type, ...Type[]],
): Type {
  if (accept === undefined) return offered[0]
  const ranges = accept.split(',').map(mediaRange)
  const wanted = offered.flatMap((type) => {
    // The most specific range that takes in a type is the one that speaks of it.
    const names = [type, type.replace(/\/.*/, '/*'), '*/*']
    const range = names.flatMap((name) => ranges.find((each) => each.type === name) ?? [])[0]
    return range && range.quality > 0 ? [{ type, range }] : []
  })
  // What one range takes in keeps its order.
  const [best] = wanted.toSorted(
    (one, other) => other.range.quality - one.range.quality || one.range.place - other.range.place,
  )
  return best?.type ?? offered[0]
}

function mediaRange(text: string, place: number): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const quality = parameters.find((parameter) => parameter.startsWith('q='))
  return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)), place }
}
