import { columns } from '../terminal/columns.ts'
import { described } from '../terminal/described.ts'
import type { Color, Paint } from '../terminal/paint.ts'
import type { FunctionStatus } from './status.ts'

const colors: Readonly<Record<string, Color>> = {
  ready: 'green',
  idle: 'dim',
  degraded: 'yellow',
  down: 'red',
  unknown: 'yellow',
}

/**
 * A line a revision: of the function where it begins, then of its other revisions; below, why those are not ready.
 * @param width of the screen, for what is said in words
 */
export function statusTable(statuses: readonly FunctionStatus[], paint: Paint, width = Infinity): string[] {
  const heading = ['FUNCTION', 'STATE', 'REVISION', 'TRAFFIC', 'PODS', 'URL'].map((title) => paint('dim', title))
  const rows = statuses.flatMap((status) => rowsOf(status, paint))
  const reasons = statuses.flatMap(({ name, reason }) => (reason === undefined ? [] : described(name, reason, width)))
  return [...columns([heading, ...rows]), ...(reasons.length > 0 ? ['', ...reasons] : [])]
}

function rowsOf({ name, state, url = '', revisions }: FunctionStatus, paint: Paint): string[][] {
  const first = [name, paint(colors[state] ?? 'dim', state)]
  if (revisions.length === 0) return [[...first, '-', '-', '-', url]]
  return revisions.map(({ name: revision, percent, tags, pods }, index) => {
    const traffic = [`${percent}%`, ...tags].join(' ')
    const counts = `${pods.there}/${pods.wanted}`
    return index === 0 ? [...first, revision, traffic, counts, url] : ['', '', revision, traffic, counts, '']
  })
}
