import { byId, copyOf, first } from '../../_runtime/page/elements.ts'
import { momentOf } from './moment.ts'
import type { Change } from './report.ts'

const section = byId('history', HTMLElement)
const list = byId('changes', HTMLOListElement)
const item = byId('change', HTMLTemplateElement)
const shown = 20

/** Shows the last changes. */
export async function refreshChanges(path: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(`${path}/history?limit=${shown}`, { signal, cache: 'no-store' })
  if (!response.ok) return
  const changes: readonly Change[] = await response.json()
  list.replaceChildren(...changes.map(itemOf))
  section.hidden = changes.length === 0
}

function itemOf({ function: name, state, reason = '', revision, seenAt }: Change): DocumentFragment {
  const element = copyOf(item)
  const word = first(element, '.state', HTMLSpanElement)
  word.dataset['state'] = state
  word.textContent = `${name} ${state}`
  Object.assign(first(element, 'time', HTMLTimeElement), { dateTime: seenAt, textContent: momentOf(seenAt) })
  first(element, '.reason', HTMLSpanElement).textContent = [revision, reason].filter(Boolean).join(': ')
  return element
}
