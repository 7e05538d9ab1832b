import { columns } from '../terminal/columns.ts'
import type { Color, Paint } from '../terminal/paint.ts'
import type { Progress } from './progress.ts'

/** How far a function is, and how long it took or has taken. */
export interface Row extends Progress {
  readonly seconds: number
  /** Its new revision does not become ready. */
  readonly isFailed: boolean
}

const colors: Readonly<Record<Row['phase'], Color>> = {
  waiting: 'dim',
  starting: 'yellow',
  routing: 'yellow',
  ready: 'green',
  failing: 'red',
}

/** A line a function, under a heading. */
export function progressTable(rows: readonly Row[], paint: Paint): string[] {
  const heading = ['FUNCTION', 'REVISION', 'STATE', 'PODS', 'TIME', ''].map((title) => paint('dim', title))
  return columns([heading, ...rows.map((row) => cellsOf(row, paint))])
}

/** The same of one function, for a log. */
export function progressLine({ name, revision, pods, seconds, note, ...row }: Row): string {
  const state = row.isFailed ? 'failed' : row.phase
  const told = [revision, state, podsOf(pods), note].filter((part) => part !== '').join(', ')
  return `${name}: ${told} (${seconds.toFixed(1)} s)`
}

function cellsOf({ name, revision, phase, isFailed, pods, seconds, note }: Row, paint: Paint): string[] {
  const state = isFailed ? 'failed' : phase
  return [
    name,
    revision === '' ? '-' : revision,
    paint(colors[phase], state),
    podsOf(pods),
    `${seconds.toFixed(1)} s`,
    paint('dim', note.replaceAll(/\s+/g, ' ')),
  ]
}

function podsOf({ there, wanted }: Row['pods']): string {
  return `${there}/${wanted}`
}
