import { byId } from '../../_runtime/page/elements.ts'
import { say } from '../../_runtime/page/say.ts'
import { refreshChanges } from './change-list.ts'
import { markStale, showFleet } from './fleet-table.ts'
import type { Problem, Report } from './report.ts'
import { origin, sentence } from './sentence.ts'

const intervalMs = 5000
const patienceMs = 10_000
/** A function that is woken takes a while. */
const deepPatienceMs = 60_000

const overall = byId('overall', HTMLHeadingElement)
const problem = byId('problem', HTMLParagraphElement)
const source = byId('source', HTMLParagraphElement)
const mode = byId('mode', HTMLSpanElement)
const updated = byId('updated', HTMLTimeElement)
const pause = byId('pause', HTMLButtonElement)
const deep = byId('deep', HTMLButtonElement)

const path = location.pathname.replace(/\/$/, '')
let isPaused = false
let timer: ReturnType<typeof setTimeout> | undefined

async function refresh(isDeep = false): Promise<void> {
  clearTimeout(timer)
  try {
    const signal = AbortSignal.timeout(isDeep ? deepPatienceMs : patienceMs)
    const headers = { accept: 'application/json' }
    const response = await fetch(isDeep ? `${path}?deep=true` : path, { headers, signal, cache: 'no-store' })
    const answer: Report | Problem = await response.json()
    // Whether 200 or 503, a report has functions; what has none is a problem document.
    if (answer.functions) show(answer)
    else showProblem(`${answer.title}: ${answer.detail}`)
    if (answer.functions && answer.keepsHistory) await refreshChanges(path, signal)
  } catch {
    showProblem('The health function does not answer.')
  }
  schedule()
}

function schedule(): void {
  clearTimeout(timer)
  if (!isPaused && !document.hidden) timer = setTimeout(refresh, intervalMs)
}

function show(report: Report): void {
  problem.hidden = report.reason === undefined
  say(problem, report.reason ?? '')
  overall.dataset['state'] = report.state
  say(overall, sentence(report))
  document.title = `${overall.textContent} · Quartet`
  showFleet(report.functions)
  source.textContent = origin(report)
  deep.hidden = report.source !== 'kubernetes'
  const now = new Date()
  updated.dateTime = now.toISOString()
  updated.textContent = now.toLocaleTimeString()
}

function showProblem(text: string): void {
  say(problem, updated.dateTime ? `${text} Below is its last answer.` : text)
  problem.hidden = false
  markStale()
}

function setPaused(paused: boolean): void {
  isPaused = paused
  pause.textContent = isPaused ? 'Resume' : 'Pause'
  mode.textContent = isPaused ? 'paused' : 'asks every 5 s'
}

pause.addEventListener('click', () => {
  setPaused(!isPaused)
  if (isPaused) schedule()
  else void refresh()
})

deep.addEventListener('click', () => {
  // What the functions say of themselves stays to be read, and is not replaced by the next look at them.
  setPaused(true)
  say(overall, 'Asking every function itself')
  void refresh(true)
})

document.addEventListener('visibilitychange', () => {
  if (document.hidden || isPaused) schedule()
  else void refresh()
})

await refresh()
