import { byId } from '../../_runtime/page/elements.ts'
import { count, duration, nothing, percent, rate } from './format.ts'
import type { Rate } from './rates.ts'
import type { Totals } from './totals.ts'

const requests = byId('allRequests', HTMLElement)
const failed = byId('allFailed', HTMLElement)
const p95 = byId('allP95', HTMLElement)
const processes = byId('allProcesses', HTMLElement)

/** Shows how all functions together are. */
export function showSummary({ functions }: Totals, all: Rate | undefined): void {
  requests.textContent = rate(all?.requests)
  failed.textContent = all ? percent(all.requests > 0 ? all.failed / all.requests : 0) : nothing
  p95.textContent = duration(all?.p95)
  processes.textContent = count(Object.values(functions).reduce((sum, each) => sum + each.processes, 0))
  document.title = all ? `${rate(all.requests)} requests a second · Quartet` : 'Metrics · Quartet'
}
