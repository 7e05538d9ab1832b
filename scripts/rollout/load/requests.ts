import digits from '../../../functions/predict/page/test-digits.json' with { type: 'json' }
import type { LoadOptions } from './load-options.ts'

/** What send.mjs sends, in turns. `{n}` in a path or a body is a number of its own for each turn of all. */
export interface Sent {
  readonly method: string
  readonly path: string
  readonly contentType?: string
  readonly body?: string
  /** Where the body is a picture: all of them, as 784 grey values each, deflated, in Base64. */
  readonly pictures?: string
}

const json = 'application/json'
const config = '/configs/rollout-load-{n}'
const document = { metadata: { limits: { cpu: '500m' }, monitoring: { enabled: true }, turn: 0 } }

/** What suits each function: real digits, and configs that are made, read, changed and removed. */
const suiting: Readonly<Record<string, readonly Sent[]>> = {
  predict: [{ method: 'POST', path: '/predict', contentType: 'application/octet-stream', pictures: digits.pictures }],
  configs: [
    { method: 'PUT', path: `${config}?create=true`, contentType: json, body: JSON.stringify(document) },
    { method: 'GET', path: config },
    {
      method: 'PATCH',
      path: config,
      contentType: 'application/merge-patch+json',
      body: '{"metadata":{"monitoring":{"enabled":false}}}',
    },
    { method: 'GET', path: '/configs?prefix=rollout-load-&limit=10' },
    { method: 'DELETE', path: config },
  ],
  health: [{ method: 'GET', path: '/health' }],
  metrics: [{ method: 'GET', path: '/metrics' }],
}

const anything: readonly Sent[] = [{ method: 'GET', path: '/' }]

export function requestsFor(service: string, { requests }: LoadOptions): readonly Sent[] {
  if (requests.length === 0) return suiting[service] ?? anything
  return requests.map(({ body, ...request }) => ({ ...request, ...(body !== undefined && { body }) }))
}
