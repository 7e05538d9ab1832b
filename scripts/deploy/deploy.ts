import { ClusterError } from '../cluster/cluster-error.ts'
import type { Kubectl } from '../cluster/kubectl.ts'
import type { KnativeService } from '../cluster/objects.ts'
import { changesOf, type Change } from './changes.ts'
import { evidenceOf, explanation } from './explanation.ts'
import { follow } from './follow.ts'
import { entryOf, nameOf, readInventory, removable, remove, union, without, writeInventory } from './inventory.ts'
import { asList, type Manifest } from './manifest.ts'
import { runMigration } from './migration.ts'
import { asOurs } from './namespace.ts'
import { newestServes } from './newest.ts'
import type { Plan } from './plan.ts'
import { hasNamespace, missingSecrets } from './prerequisites.ts'
import type { Screen } from './screen.ts'

interface Conditions {
  /** Whether to wait until the functions are ready. */
  readonly waits: boolean
  /** For the migration, and again for the functions. */
  readonly timeoutMs: number
  /** Somebody wants it to end. */
  readonly interrupted: AbortSignal
}

export interface Deployed {
  readonly isReady: boolean
  readonly services: readonly KnativeService[]
}

/**
 * Brings a plan to the cluster: the namespace, what the functions stand on, the migration, the functions; then waits for
 * them, and removes what an earlier deploy made and this one no longer has.
 * @param kubectl in the namespace of the plan
 * @throws ClusterError
 */
export async function deploy(
  kubectl: Kubectl,
  plan: Plan,
  screen: Screen,
  { waits, timeoutMs, interrupted }: Conditions,
): Promise<Deployed> {
  const signal = interrupted
  const options = { signal }
  const inTime = (): AbortSignal => AbortSignal.any([interrupted, AbortSignal.timeout(timeoutMs)])
  const serving = plan.services.map(newestServes)
  await ensureNamespace(kubectl, plan, signal)
  await requireSecrets(kubectl, plan, signal)

  screen.state('changes   ', 'asking the cluster what would come of it')
  const around = await changesOf(kubectl, plan.surroundings, signal)
  const before = await readInventory(kubectl, signal)
  const all = [...plan.namespaces, ...plan.surroundings, ...plan.migrations, ...plan.services]
  const mine = all.map((each) => entryOf(each, plan.namespace))
  // Before anything is made, so that `quartet delete` finds what an interrupted deploy has made.
  await writeInventory(kubectl, { objects: union(before.objects, mine) })
  if (plan.surroundings.length > 0) await kubectl.apply(asList(plan.surroundings), options)
  // Knative tries whether the pods would be admitted, for which it has to find their service accounts.
  const changes = [...around, ...(await changesOf(kubectl, serving, signal))]
  screen.say(`changes    ${summary(changes)}`)
  for (const job of plan.migrations) await migrate(kubectl, job, screen, inTime())
  screen.state('functions ', 'being applied')
  await kubectl.apply(asList(serving), options)

  const names = plan.services.map(({ metadata }) => metadata.name)
  if (!waits) {
    screen.say('Applied. `quartet status --watch` shows how they come up.')
    return { isReady: true, services: [] }
  }
  const { rows, services, isSettled } = await follow(kubectl, names, {
    signal: inTime(),
    show: (each) => screen.rows(each),
  })
  screen.end()
  if (interrupted.aborted) throw new ClusterError('interrupted', 'The deploy was interrupted.')
  const unready = rows.filter(({ phase }) => phase !== 'ready').map(({ name }) => name)
  if (!isSettled) screen.say(`\nThis took longer than ${timeoutMs / 1000} s (--timeout).`)
  for (const service of services.filter(({ metadata }) => unready.includes(metadata.name))) {
    screen.say()
    for (const line of explanation(await evidenceOf(kubectl, service), screen.width)) screen.say(line)
  }
  if (unready.length === 0 && plan.isWhole) {
    await prune(kubectl, without(before.objects, mine), screen)
    await writeInventory(kubectl, { objects: mine })
  }
  return { isReady: unready.length === 0, services }
}

async function ensureNamespace(kubectl: Kubectl, plan: Plan, signal: AbortSignal): Promise<void> {
  if (await hasNamespace(kubectl, plan.namespace, signal)) return
  if (plan.namespaces.length === 0) {
    throw new ClusterError(
      'not found',
      `There is no namespace ${plan.namespace}, and the overlay does not make it: kubectl create namespace ${plan.namespace}`,
    )
  }
  await kubectl.apply(asList(plan.namespaces.map(asOurs)), { signal })
}

async function requireSecrets(kubectl: Kubectl, plan: Plan, signal: AbortSignal): Promise<void> {
  const manifests = [...plan.surroundings, ...plan.migrations, ...plan.services]
  const missing = await missingSecrets(kubectl, manifests, plan.namespace, signal)
  if (missing.length > 0) throw new ClusterError('not found', missing.join('\n'))
}

async function migrate(kubectl: Kubectl, job: Manifest, screen: Screen, signal: AbortSignal): Promise<void> {
  const lines = await runMigration(kubectl, job, {
    signal,
    tell: (state) => screen.state('database   migration:', state),
  })
  const ran = lines.filter((line) => line.startsWith('ran ')).length
  screen.say(`database   ${ran > 0 ? `${ran} migrations ran` : 'up to date'}`)
}

function summary(changes: readonly Change[]): string {
  const count = (kind: Change['kind']): number => changes.filter((change) => change.kind === kind).length
  return `${count('new')} new, ${count('changed')} changed, ${count('same')} as they were`
}

async function prune(kubectl: Kubectl, gone: Parameters<typeof removable>[0], screen: Screen): Promise<void> {
  const { removed, kept } = removable(gone)
  await remove(kubectl, removed)
  if (removed.length > 0) screen.say(`removed    ${removed.map(nameOf).join(', ')}: the overlay no longer has them`)
  if (kept.length > 0) screen.say(`kept       ${kept.map(nameOf).join(', ')}: they may hold data`)
}
