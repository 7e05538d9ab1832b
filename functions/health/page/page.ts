import { byId, copyOf, first } from '../../_runtime/page/elements.ts'
import { say } from '../../_runtime/page/say.ts'

interface FunctionHealth {
  readonly state: string
  readonly durationMs: number
  readonly reason?: string
}

interface Report {
  readonly state: string
  readonly functions: Readonly<Record<string, FunctionHealth>>
}

interface Problem {
  readonly functions?: undefined
  readonly title: string
  readonly detail: string
}

const intervalMs = 5000
const patienceMs = 10_000

const overall = byId('overall', HTMLHeadingElement)
const problem = byId('problem', HTMLParagraphElement)
const fleet = byId('fleet', HTMLTableElement)
const rows = byId('rows', HTMLTableSectionElement)
const row = byId('row', HTMLTemplateElement)
const mode = byId('mode', HTMLSpanElement)
const updated = byId('updated', HTMLTimeElement)
const pause = byId('pause', HTMLButtonElement)

const list = new Intl.ListFormat('en')
let isPaused = false
let timer: ReturnType<typeof setTimeout> | undefined

async function refresh(): Promise<void> {
  try {
    const signal = AbortSignal.timeout(patienceMs)
    const headers = { accept: 'application/json' }
    const response = await fetch(location.pathname, { headers, signal, cache: 'no-store' })
    const answer: Report | Problem = await response.json()
    // Whether 200 or 503, a report has functions; what has none is a problem document.
    if (answer.functions) show(answer)
    else showProblem(`${answer.title}: ${answer.detail}`)
  } catch {
    showProblem('The health function does not answer.')
  }
  schedule()
}

function schedule(): void {
  clearTimeout(timer)
  if (!isPaused && !document.hidden) timer = setTimeout(refresh, intervalMs)
}

function show({ state, functions }: Report): void {
  problem.hidden = true
  fleet.classList.remove('stale')
  overall.dataset['state'] = state
  say(overall, sentence(state, Object.entries(functions)))
  document.title = `${overall.textContent} · Quartet`
  rows.replaceChildren(...Object.entries(functions).map(([name, health]) => rowOf(name, health)))
  const now = new Date()
  updated.dateTime = now.toISOString()
  updated.textContent = now.toLocaleTimeString()
}

function sentence(state: string, functions: readonly (readonly [name: string, health: FunctionHealth])[]): string {
  if (functions.length === 0) return 'No function is known here'
  if (state === 'ready') return 'Every function is ready'
  const names = functions.filter(([, health]) => health.state === state).map(([name]) => name)
  return `${list.format(names)} ${names.length > 1 ? 'are' : 'is'} ${state}`
}

function rowOf(name: string, { state, durationMs, reason = '' }: FunctionHealth): DocumentFragment {
  const element = copyOf(row)
  const word = first(element, '.state', HTMLSpanElement)
  word.dataset['state'] = state
  word.textContent = state
  first(element, '.name', HTMLTableCellElement).textContent = name
  first(element, '.reason', HTMLParagraphElement).textContent = reason
  first(element, '.duration', HTMLTableCellElement).textContent = `${durationMs.toFixed(1)}\u00a0ms`
  return element
}

function showProblem(text: string): void {
  say(problem, updated.dateTime ? `${text} Below is its last answer.` : text)
  problem.hidden = false
  fleet.classList.add('stale')
}

pause.addEventListener('click', () => {
  isPaused = !isPaused
  pause.textContent = isPaused ? 'Resume' : 'Pause'
  mode.textContent = isPaused ? 'paused' : 'asks every 5 s'
  if (isPaused) schedule()
  else void refresh()
})

document.addEventListener('visibilitychange', () => {
  if (document.hidden || isPaused) schedule()
  else void refresh()
})

await refresh()
