import type { DiffLine } from './line-diff.ts'

/** Lines that belong together: changes, with what is around them. */
export interface Hunk {
  /** How many lines before it are the same, and left out. */
  readonly skipped: number
  readonly lines: readonly DiffLine[]
}

const context = 3

/** Leaves out what is far from any change. */
export function hunksOf(diff: readonly DiffLine[]): { readonly hunks: readonly Hunk[]; readonly skippedAtEnd: number } {
  const hunks: { skipped: number; lines: DiffLine[] }[] = []
  let end = 0
  for (const [index, { kind }] of diff.entries()) {
    if (kind === 'same') continue
    const begin = Math.max(end, index - context)
    const hunk = hunks.at(-1)
    const next = Math.min(diff.length, index + 1 + context)
    if (hunk && begin <= end) hunk.lines.push(...diff.slice(end, next))
    else hunks.push({ skipped: begin - end, lines: diff.slice(begin, next) })
    end = Math.max(end, next)
  }
  return { hunks, skippedAtEnd: diff.length - end }
}
