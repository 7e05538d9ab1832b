import * as z from 'zod/mini'

import { troubleOf } from '../../functions/health/kubernetes/pod-trouble.ts'
import { ClusterError } from '../cluster/cluster-error.ts'
import type { Kubectl } from '../cluster/kubectl.ts'
import { LiveList } from '../cluster/live-list.ts'
import { Pod } from '../cluster/objects.ts'
import { until } from '../cluster/until.ts'
import { tellingLines } from './log-line.ts'
import { asList, type Manifest } from './manifest.ts'
import { Patience } from './patience.ts'
import { isWithoutRoom } from './progress.ts'

const Job = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  status: z._default(
    z.object({ conditions: z._default(z.array(z.object({ type: z.string(), status: z.string() })), []) }),
    { conditions: [] },
  ),
})

/** So often it may fail before it is given up: a database that has just been made is not there at once. */
const mostAttempts = 4

/** So much of a log is read on one screen. */
const mostLogLines = 8

interface Following {
  readonly signal: AbortSignal
  /** Is told how far it is. */
  readonly tell: (state: string) => void
}

/**
 * Runs the Job that brings the database up to date, and waits for its end.
 * @returns what it has logged
 * @throws ClusterError with the end of its log
 */
export async function runMigration(kubectl: Kubectl, job: Manifest, { signal, tell }: Following): Promise<string[]> {
  const { name } = job.metadata
  // Nothing of a Job can be changed, so that of the last deploy makes room.
  await kubectl.delete([`job/${name}`, '--cascade=foreground'], { signal })
  await kubectl.apply(asList([job]), { signal })
  const jobs = new LiveList(kubectl, ['jobs', `--field-selector=metadata.name=${name}`], Job)
  const pods = new LiveList(kubectl, ['pods', `--selector=batch.kubernetes.io/job-name=${name}`], Pod)
  const patience = new Patience()
  const look = (): { readonly failure?: string } | undefined => {
    const conditions = jobs.items.flatMap(({ status }) => status.conditions)
    const has = (type: string): boolean => conditions.some((each) => each.type === type && each.status === 'True')
    if (has('Complete')) return {}
    if (has('Failed')) return { failure: 'It has failed too often.' }
    const failed = failedAttempts(pods.items)
    const trouble = troubleOf(pods.items.filter((pod) => !isDone(pod)))
    if (failed >= mostAttempts) return { failure: `It has failed ${failed} times.` }
    tell(failed > 0 ? `attempt ${failed + 1}` : (trouble ?? 'running'))
    // One that ends is tried again, and room may be made; what cannot begin for another reason stays so.
    const isStuck = failed === 0 && trouble !== undefined && !isWithoutRoom(trouble)
    return patience.isOut(name, isStuck ? trouble : undefined) ? { failure: trouble ?? '' } : undefined
  }
  const verdict = await until([jobs, pods], look, signal)
  const log = await logOf(kubectl, pods.items)
  if (verdict && verdict.failure === undefined) return log
  const why = verdict?.failure ?? 'It was not done in time.'
  const beside = await troubleBeside(kubectl, pods.items)
  throw new ClusterError('failed', failureText(name, why, log.slice(-mostLogLines), beside))
}

/** A database that does not come up is a pod beside it, where it is on the cluster. */
async function troubleBeside(kubectl: Kubectl, own: readonly Pod[]): Promise<string | undefined> {
  const names = new Set(own.map(({ metadata }) => metadata.name))
  const all = await kubectl.list(['pods'], Pod).catch(() => [])
  return troubleOf(all.filter((pod) => !names.has(pod.metadata.name) && !isDone(pod)))
}

function isDone({ status }: Pod): boolean {
  return (status?.containerStatuses ?? []).some(({ state }) => state?.terminated?.exitCode === 0)
}

function failedAttempts(pods: readonly Pod[]): number {
  return pods.reduce((sum, { status }) => {
    const restarts = (status?.containerStatuses ?? []).reduce((most, each) => Math.max(most, each.restartCount), 0)
    return sum + restarts + (status?.phase === 'Failed' ? 1 : 0)
  }, 0)
}

async function logOf(kubectl: Kubectl, pods: readonly Pod[]): Promise<string[]> {
  const last = pods
    .toSorted((one, other) => one.metadata.creationTimestamp.localeCompare(other.metadata.creationTimestamp))
    .at(-1)
  if (!last) return []
  const log = await kubectl.logs(last.metadata.name).catch(() => '')
  return tellingLines(log)
}

function failureText(name: string, why: string, log: readonly string[], beside: string | undefined): string {
  const lines = log.length > 0 ? log.map((line) => `    | ${line}`) : ['    | (it has logged nothing)']
  return [
    `The database was not migrated, so the functions stay as they are. ${why}`,
    `  the last lines of Job ${name}`,
    ...lines,
    ...(beside === undefined ? [] : [`  beside it     ${beside}`]),
    '  what to do    Put right what they say, and deploy again: what was migrated already is left alone.',
  ].join('\n')
}
