import { afterAll, beforeAll, expect, test } from 'vitest'

import { freePort } from '../../../scripts/local/free-port.ts'
import { sleep } from '../../../scripts/local/sleep.ts'
import { Alertmanager } from './testing/alertmanager.ts'

// It says that an alert goes on for longer than Alertmanager waits for the first word about a group.
const settledMs = 3000

let alertmanager: Alertmanager

beforeAll(async () => {
  alertmanager = await Alertmanager.start(await freePort())
})

afterAll(() => alertmanager.stop())

test('the pager is told what is critical, tickets what is not, and nobody what follows from something else', async () => {
  const configs = { namespace: 'quartet', function: 'configs' }
  // What explains others is known before they come.
  await alertmanager.raise({ alertname: 'DatabaseDown', severity: 'critical', ...configs })
  await sleep(500)
  await alertmanager.raise(
    { alertname: 'ErrorBudgetBurnsFast', severity: 'critical', ...configs },
    { alertname: 'ErrorBudgetBurnsFast', severity: 'critical', ...configs, namespace: 'elsewhere' },
    { alertname: 'LatencyHigh', severity: 'warning', ...configs },
    { alertname: 'EventSinkDown', severity: 'warning', namespace: 'quartet' },
  )
  await expect
    .poll(() => alertmanager.told.tickets.toSorted(), { timeout: 20_000 })
    .toEqual(['EventSinkDown', 'LatencyHigh'])
  await sleep(settledMs)
  expect(alertmanager.told.pager.toSorted()).toEqual(['DatabaseDown', 'ErrorBudgetBurnsFast'])
})
