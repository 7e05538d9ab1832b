import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Question } from './gateway.ts'
import type { Name } from './quartet.ts'

const seven = readFileSync(join(import.meta.dirname, '../../functions/predict/examples/seven.json'), 'utf8')

/** What each function is for, as one request that it answers with 200. */
export const questions: Readonly<Record<Name, Question & { readonly path: string; readonly route: string }>> = {
  configs: { path: '/configs/datacenter-1', route: '/configs/:name' },
  predict: {
    path: '/predict',
    route: '/predict',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: seven,
  },
  health: { path: '/health', route: '/health' },
  metrics: { path: '/metrics', route: '/metrics' },
}
