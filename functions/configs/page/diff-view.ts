import { hunksOf, type Hunk } from './hunks.ts'
import { indented } from './indented.ts'
import { lineDiff } from './line-diff.ts'

/** More than anybody reads, and than a browser lays out at once. */
const mostLines = 4000

const signs = { same: '  ', removed: '− ', added: '+ ' }
const elements = { same: 'span', removed: 'del', added: 'ins' } as const

/**
 * Shows what of a document has changed.
 * @param label what a screen reader calls it
 */
export function showDiff(place: Element, label: string, from: string, to: string): void {
  const { hunks, skippedAtEnd } = hunksOf(lineDiff(indented(from), indented(to)))
  if (hunks.length === 0) {
    const same = document.createElement('p')
    same.className = 'quiet'
    same.textContent = 'They are the same.'
    place.replaceChildren(same)
    return
  }
  const all = document.createElement('pre')
  all.className = 'diff'
  all.tabIndex = 0
  all.role = 'group'
  all.ariaLabel = label
  let room = mostLines
  for (const hunk of hunks) {
    all.append(...elementsOf(hunk, room))
    room -= hunk.lines.length
    if (room <= 0) break
  }
  if (room < 0) all.append(skip(`${-room} more lines and what follows are left out`))
  else if (skippedAtEnd > 0) all.append(skip(countOf(skippedAtEnd)))
  place.replaceChildren(all)
}

function elementsOf({ skipped, lines }: Hunk, room: number): Node[] {
  const shown = lines.slice(0, room).map(({ kind, text }) => {
    const element = document.createElement(elements[kind])
    element.textContent = `${signs[kind]}${text}\n`
    return element
  })
  return skipped > 0 ? [skip(countOf(skipped)), ...shown] : shown
}

function skip(text: string): HTMLElement {
  const element = document.createElement('span')
  element.className = 'skipped'
  element.textContent = `${text}\n`
  return element
}

function countOf(lines: number): string {
  return `⋯ ${lines} ${lines === 1 ? 'line' : 'lines'} as before`
}
