import exec from 'k6/execution'

import { ask } from './answers.ts'
import { digitAt } from './digits.ts'
import { document } from './document.ts'

/** How each function is asked, as its clients do. */
const asks: Readonly<Record<string, () => void>> = { configs, predict, health, metrics }

/** @throws Error when there is no such function */
export function askFunction(name: string): void {
  const asking = asks[name]
  if (!asking) throw new Error(`FUNCTION=${name} is no function; there are ${Object.keys(asks).join(', ')}.`)
  asking()
}

// Of this user: k6 gives each the modules anew.
let configsAsked = 0

/** Each user keeps a config of its own: writes it first, and again after three reads. */
function configs(): void {
  const name = `bench-${exec.vu.idInTest}`
  const path = `/configs/${name}`
  const revision = configsAsked
  configsAsked += 1
  if (revision % 4 !== 0) return ask('configs', { path }, ({ status }) => status === 200)
  const body = JSON.stringify(document(name, revision))
  ask('configs', { method: 'PUT', path: `${path}?create=true`, body }, ({ status }) => status === 200 || status === 201)
}

function predict(): void {
  const { label, greys } = digitAt(exec.scenario.iterationInTest)
  const request = { method: 'POST', path: '/predict', type: 'application/octet-stream', body: greys }
  ask('predict', request, (answer) => answer.status === 200 && answer.json('predictions.0.digit') === label)
}

function health(): void {
  ask('health', { path: '/health' }, ({ status }) => status === 200)
}

function metrics(): void {
  ask('metrics', { path: '/metrics' }, ({ status, body }) => status === 200 && body.includes('http_requests_total'))
}
