export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

/** Beyond so many differences nobody reads them one by one, and to find the fewest takes their square in time and memory. */
const mostDifferences = 1000

/** Compares two texts line by line. */
export function lineDiff(from: string, to: string): DiffLine[] {
  const before = linesOf(from)
  const after = linesOf(to)
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start += 1
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1
  return [
    ...lines('same', before.slice(0, start)),
    ...fewest(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...lines('same', before.slice(before.length - end)),
  ]
}

function lines(kind: DiffLine['kind'], texts: readonly string[]): DiffLine[] {
  return texts.map((text) => ({ kind, text }))
}

/** Myers, "An O(ND) Difference Algorithm and Its Variations" (1986): how far each diagonal gets with so many differences. */
function fewest(before: readonly string[], after: readonly string[]): DiffLine[] {
  const reached: Map<number, number>[] = []
  let last = new Map([[1, 0]])
  for (let differences = 0; differences <= mostDifferences; differences += 1) {
    const next = new Map<number, number>()
    for (let diagonal = -differences; diagonal <= differences; diagonal += 2) {
      let x = startOn(diagonal, differences, last)
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1
      next.set(diagonal, x)
      if (x >= before.length && x - diagonal >= after.length) return traced(before, after, [...reached, last])
    }
    reached.push(last)
    last = next
  }
  return [...lines('removed', before), ...lines('added', after)]
}

/** Whether a diagonal is reached by a line that was added, from the one above it. */
function isAddition(diagonal: number, differences: number, last: ReadonlyMap<number, number>): boolean {
  if (diagonal === -differences) return true
  return diagonal !== differences && (last.get(diagonal - 1) ?? 0) < (last.get(diagonal + 1) ?? 0)
}

function startOn(diagonal: number, differences: number, last: ReadonlyMap<number, number>): number {
  if (isAddition(diagonal, differences, last)) return last.get(diagonal + 1) ?? 0
  return (last.get(diagonal - 1) ?? 0) + 1
}

/** Walks from the end to the beginning. */
function traced(
  before: readonly string[],
  after: readonly string[],
  reached: readonly ReadonlyMap<number, number>[],
): DiffLine[] {
  const found: DiffLine[] = []
  let x = before.length
  let y = after.length
  for (const [differences, last] of [...reached.entries()].toReversed()) {
    const isAdded = isAddition(x - y, differences, last)
    const start = startOn(x - y, differences, last)
    const diagonal = x - y
    while (x > Math.max(start, 0) && y > start - diagonal) {
      x -= 1
      y -= 1
      found.push({ kind: 'same', text: before[x] ?? '' })
    }
    if (differences === 0) break
    if (isAdded) {
      y -= 1
      found.push({ kind: 'added', text: after[y] ?? '' })
    } else {
      x -= 1
      found.push({ kind: 'removed', text: before[x] ?? '' })
    }
  }
  return found.toReversed()
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n')
}
