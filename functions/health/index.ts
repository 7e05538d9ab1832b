import { join } from 'node:path'

import { defineFunction } from '../_runtime/function/function.ts'
import type { DatabaseSettings } from '../_runtime/settings/database-settings.ts'
import type { Logger } from '../_runtime/process/log.ts'
import { Page } from '../_runtime/reply/page.ts'
import type { Tracer } from '../_runtime/tracing/tracer.ts'
import { Addresses } from './addresses.ts'
import { Fleet } from './fleet.ts'
import type { History } from './history.ts'
import { apiAccess } from './kubernetes/access.ts'
import { KubernetesApi } from './kubernetes/api.ts'
import { Cluster } from './kubernetes/cluster.ts'
import { Recorder } from './recorder.ts'
import { health as report, history, type Held } from './routes.ts'
import { HealthSettings } from './schema.ts'
import { nobody, type Source } from './source.ts'

/** Tells the state of all functions from one address, without waking any. */
export const health = defineFunction({
  name: 'health',
  summary: 'Tells the state of all functions from one address, without waking any.',
  example: 'curl $URL/health',
  settings: HealthSettings,
  open({ settings, log, tracer }): Held {
    const { database, historyDays, deepTimeoutMs, required = '' } = settings
    const { url } = database
    const names = required.split(',').map((name) => name.trim())
    return {
      fleet: new Fleet(sourceOf(settings, log), { required: names.filter((name) => name !== ''), deepTimeoutMs }),
      recorder:
        url === undefined ? undefined : new Recorder(() => openHistory({ ...database, url }, historyDays, tracer), log),
      page: new Page(join(import.meta.dirname, 'assets', 'page.html')),
    }
  },
  close: ({ recorder }) => recorder?.close(),
  routes: {
    'GET /health': report,
    'GET /health/history': history,
  },
})

function sourceOf({ targets, timeoutMs, services, kubernetes }: HealthSettings, log: Logger): Source {
  if (Object.keys(targets).length > 0) return new Addresses(targets, timeoutMs)
  const access = apiAccess(kubernetes, process.env)
  if (!access) return nobody
  return new Cluster(new KubernetesApi(access, timeoutMs), { services, cacheMs: kubernetes.cacheMs }, log)
}

async function openHistory(database: DatabaseSettings, days: number, tracer?: Tracer): Promise<History> {
  const { History } = await import('./history.ts')
  return new History(database, days, tracer)
}
