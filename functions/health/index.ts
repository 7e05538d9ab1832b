import { join } from 'node:path'

import { defineFunction } from '../_runtime/function.ts'
import { Page } from '../_runtime/page.ts'
import { Fleet } from './fleet.ts'
import { health as report, type Held } from './routes.ts'
import { HealthSettings } from './schema.ts'

/** Tells the state of all functions from one address. */
export const health = defineFunction({
  name: 'health',
  summary: 'Tells the state of all functions from one address.',
  example: 'curl $URL/health',
  settings: HealthSettings,
  open: ({ settings }): Held => ({
    fleet: new Fleet(settings.targets, settings.timeoutMs),
    page: new Page(join(import.meta.dirname, 'assets', 'page.html')),
  }),
  routes: {
    'GET /health': report,
  },
})
