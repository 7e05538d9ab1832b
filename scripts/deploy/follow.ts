import type { Kubectl } from '../cluster/kubectl.ts'
import { LiveList } from '../cluster/live-list.ts'
import { KnativeService, Pod, PodAutoscaler, serviceLabel } from '../cluster/objects.ts'
import { until } from '../cluster/until.ts'
import { Patience } from './patience.ts'
import { progressOf } from './progress.ts'
import type { Row } from './progress-table.ts'

interface Following {
  /** Ends it, finished or not. */
  readonly signal: AbortSignal
  readonly show: (rows: readonly Row[]) => void
}

interface Outcome {
  readonly rows: readonly Row[]
  readonly services: readonly KnativeService[]
  /** Whether there is nothing more to wait for: each is ready, or has failed. */
  readonly isSettled: boolean
}

/** Shows how functions come up until each is ready or has failed. */
export async function follow(
  kubectl: Kubectl,
  names: readonly string[],
  { signal, show }: Following,
): Promise<Outcome> {
  const services = new LiveList(kubectl, ['services.serving.knative.dev'], KnativeService)
  const autoscalers = new LiveList(kubectl, ['podautoscalers.autoscaling.internal.knative.dev'], PodAutoscaler)
  const pods = new LiveList(kubectl, ['pods', `--selector=${serviceLabel}`], Pod)
  const patience = new Patience()
  const startedAt = performance.now()
  const done = new Map<string, Row>()

  const look = (): readonly Row[] => {
    return names.map((name) => {
      const finished = done.get(name)
      if (finished) return finished
      const service = services.items.find(({ metadata }) => metadata.name === name)
      const progress = progressOf(name, service, { autoscalers: autoscalers.items, pods: pods.items })
      const isFailed = patience.isOut(name, progress.phase === 'failing' ? progress.note : undefined)
      const row = { ...progress, isFailed, seconds: (performance.now() - startedAt) / 1000 }
      if (isFailed || progress.phase === 'ready') done.set(name, row)
      return row
    })
  }
  const verdict = await until(
    [services, autoscalers, pods],
    () => {
      const rows = look()
      show(rows)
      return rows.every(({ name }) => done.has(name)) ? rows : undefined
    },
    signal,
  )
  return { rows: verdict ?? look(), services: services.items, isSettled: verdict !== undefined }
}
