import { defineFunction } from '../_runtime/function.ts'
import { scrape, type Held } from './routes.ts'
import { MetricsSettings } from './schema.ts'

/** Gives Prometheus the counts of the functions in this process. */
export const metrics = defineFunction({
  name: 'metrics',
  summary: 'Gives Prometheus the counts of the functions in this process.',
  example: 'curl $URL/metrics',
  settings: MetricsSettings,
  open: (opening): Held => ({ metrics: opening.metrics }),
  routes: {
    'GET /metrics': scrape,
  },
})
