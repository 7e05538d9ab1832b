import { byId, copyOf, first } from '../../_runtime/page/elements.ts'
import type { FunctionHealth, Report } from './report.ts'
import { momentOf } from './moment.ts'

const fleet = byId('fleet', HTMLTableElement)
const rows = byId('rows', HTMLTableSectionElement)
const row = byId('row', HTMLTemplateElement)

export function showFleet(functions: Report['functions']): void {
  fleet.classList.remove('stale')
  rows.replaceChildren(...Object.entries(functions).map(([name, health]) => rowOf(name, health)))
}

/** What is shown was so before. */
export function markStale(): void {
  fleet.classList.add('stale')
}

function rowOf(name: string, health: FunctionHealth): DocumentFragment {
  const { state, reason = '', changedAt } = health
  const element = copyOf(row)
  const word = first(element, '.state', HTMLSpanElement)
  word.dataset['state'] = state
  word.textContent = state
  first(element, '.name', HTMLSpanElement).textContent = name
  first(element, '.revision', HTMLSpanElement).textContent = revisionsOf(health)
  first(element, '.reason', HTMLParagraphElement).textContent = reason
  first(element, '.pods', HTMLSpanElement).textContent = effort(health)
  const since = first(element, 'time', HTMLTimeElement)
  if (changedAt !== undefined)
    Object.assign(since, { dateTime: changedAt, textContent: `since ${momentOf(changedAt)}` })
  return element
}

/** The revisions that get requests, each with its share where there are several. */
function revisionsOf({ traffic = [] }: FunctionHealth): string {
  const serving = traffic.filter(({ percent }) => percent > 0)
  if (serving.length === 1) return serving[0]?.revision ?? ''
  return serving.map(({ revision, percent }) => `${revision} ${percent}\u00a0%`).join(', ')
}

function effort({ pods, durationMs }: FunctionHealth): string {
  const parts: string[] = []
  if (pods) parts.push(pods.wanted === 0 ? 'none' : `${pods.ready} of ${pods.wanted}`)
  if (durationMs !== undefined) parts.push(`${durationMs.toFixed(1)}\u00a0ms`)
  return parts.join(', ')
}
