import { Access } from '../../_runtime/page/access.ts'
import { Client, type Answer } from '../../_runtime/page/client.ts'
import { byId } from '../../_runtime/page/elements.ts'
import { Refusal } from '../../_runtime/page/refusal.ts'
import { say } from '../../_runtime/page/say.ts'
import { Chart } from './chart.ts'
import { clockTime, count, duration, rate } from './format.ts'
import { showTable } from './function-table.ts'
import { LatencyChart } from './latency-chart.ts'
import { colorOf } from './palette.ts'
import { Polling } from './polling.ts'
import { Meter, type Rates } from './rates.ts'
import { stateOf } from './state.ts'
import { showSummary } from './summary.ts'
import { Timeline } from './timeline.ts'
import type { Totals } from './totals.ts'

const patienceMs = 10_000

const state = byId('state', HTMLParagraphElement)
const problem = byId('problem', HTMLParagraphElement)
const main = byId('main', HTMLElement)
const updated = byId('updated', HTMLTimeElement)

const client = new Client((path, init) => fetch(path, init))
const access = new Access(client, () => void polling.now())
const polling = new Polling(ask)
const meter = new Meter()

const requests = { chart: new Chart('requests', colorOf, { least: 1, write: rate }), timeline: new Timeline() }
const errors = { chart: new Chart('errors', (name) => name, { least: 1, write: rate }), timeline: new Timeline() }
const latency = new LatencyChart('latency', colorOf, { isLogarithmic: true, least: 0.001, write: duration })
const processes = {
  chart: new Chart('processes', colorOf, { isWhole: true, least: 2, write: count }),
  timeline: new Timeline(),
}

/** @returns whether there is a point in asking again */
async function ask(): Promise<boolean> {
  const signal = AbortSignal.timeout(patienceMs)
  let answer: Answer
  try {
    answer = await client.ask('totals', { signal })
  } catch (error) {
    if (!signal.aborted && !(error instanceof Refusal)) throw error
    const refusal = error instanceof Refusal ? error : new Refusal(0, 'No answer: The function takes too long.')
    return refuse(refusal)
  }
  show(JSON.parse(answer.text) as Totals)
  return true
}

function refuse({ status, message }: Refusal): boolean {
  const isTokenMissing = status === 401 || status === 403
  if (isTokenMissing) access.ask(message)
  else showProblem(message)
  return !isTokenMissing
}

function show(totals: Totals): void {
  const now = new Date()
  const at = now.getTime() / 1000
  const rates = meter.note(performance.now(), totals)
  problem.hidden = true
  main.classList.remove('stale')
  say(state, stateOf(totals, rates))
  showSummary(totals, rates?.all)
  showTable(totals, rates)
  processes.timeline.add(
    at,
    mapped(totals.functions, (of) => of.processes),
  )
  processes.chart.show(processes.timeline)
  if (rates) chart(at, rates)
  updated.dateTime = now.toISOString()
  updated.textContent = clockTime(at)
}

function chart(at: number, { functions, all }: Rates): void {
  requests.timeline.add(
    at,
    mapped(functions, (of) => of.requests),
  )
  requests.chart.show(requests.timeline)
  errors.timeline.add(at, { '4xx': all.refused, '5xx': all.failed })
  errors.chart.show(errors.timeline)
  latency.add(at, functions)
}

function showProblem(text: string): void {
  say(problem, updated.dateTime ? `${text} Below is its last answer.` : text)
  problem.hidden = false
  main.classList.add('stale')
}

function mapped<Of, To>(record: Readonly<Record<string, Of>>, of: (value: Of) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]))
}

polling.start()
