import * as z from 'zod/mini'

import { troubleOf } from '../../functions/health/kubernetes/pod-trouble.ts'
import { ClusterError } from '../cluster/cluster-error.ts'
import type { Kubectl } from '../cluster/kubectl.ts'
import { Pod, revisionLabel } from '../cluster/objects.ts'

import { candidateTag, desiredOf, stableTag, type Desired, type Target } from './desired.ts'
import { eventOf } from './event.ts'
import { loadJob, loadJobName } from './load/load-job.ts'
import type { Observed, ObservedRevision } from './observed.ts'
import { Conflict, type RolloutCluster, type Snapshot } from './rollout-cluster.ts'
import { Part, Service } from './service.ts'
import { parseState, stateAnnotation, type Entry, type Rollout, type State } from './state.ts'
import { changedTemplate, templateOf, type Change } from './template.ts'
import { warmthPatch } from './warmth.ts'

const jsonPointer = `/metadata/annotations/${stateAnnotation.replaceAll('~', '~0').replaceAll('/', '~1')}`

const mostRestarts = 2

/** A Knative Service, and what belongs to it, in a cluster. */
export class KnativeCluster implements RolloutCluster {
  readonly #kubectl: Kubectl
  readonly #name: string
  readonly #change: Change
  #service: Service | undefined
  #parts: ReadonlyMap<string, Part> = new Map()

  /** @param change what a rollout that begins here makes of the Service's template */
  constructor(kubectl: Kubectl, name: string, change: Change = { env: {} }) {
    this.#kubectl = kubectl
    this.#name = name
    this.#change = change
  }

  /** The Service as it was read last. */
  get service(): Service {
    if (this.#service === undefined) throw new Error('The Service has not been read.')
    return this.#service
  }

  async read(): Promise<Snapshot> {
    const service = await this.#kubectl.json(['get', 'services.serving.knative.dev', this.#name], Service)
    this.#service = service
    const state = parseState(service.metadata.annotations[stateAnnotation])
    const version = service.metadata.resourceVersion
    if (state.rollout === undefined) return { state, observed: undefined, version }
    this.#parts = await this.#partsOf(state.rollout)
    return { state, observed: await this.#observe(service, state.rollout), version }
  }

  /** Pods of a revision that are ready. */
  async podsOf(revision: string): Promise<number> {
    const argv = ['get', `podautoscalers.autoscaling.internal.knative.dev/${revision}`]
    return (await this.#kubectl.json(argv, Part)).status.actualScale ?? 0
  }

  /** @throws ClusterError when the cluster has no such revision */
  async revision(name: string): Promise<Part> {
    return this.#kubectl.json(['get', `revisions.serving.knative.dev/${name}`], Part)
  }

  async write({ state: before, version }: Snapshot, state: State, desired?: Desired): Promise<void> {
    const patch: object[] = [
      // The server refuses what was made of an older one.
      { op: 'replace', path: '/metadata/resourceVersion', value: version },
      { op: 'add', path: jsonPointer, value: JSON.stringify(state) },
    ]
    if (desired !== undefined) {
      patch.push({ op: 'add', path: '/spec/traffic', value: [...desired.traffic, ...this.#foreignTags()] })
      const template = await this.#templateFor(before, state.rollout ?? before.rollout, desired)
      if (template !== undefined) patch.push({ op: 'add', path: '/spec/template', value: template })
    }
    try {
      await this.#kubectl.patch(`services.serving.knative.dev/${this.#name}`, patch)
    } catch (error) {
      if (error instanceof ClusterError && error.kind === 'conflict') throw new Conflict()
      throw error
    }
  }

  async settle({ state: { rollout } }: Snapshot): Promise<void> {
    if (rollout === undefined) return
    const desired = desiredOf(rollout)
    for (const [revision, pods] of Object.entries(desired.warmth)) {
      const annotations = this.#warmthPatchOf(rollout, revision, pods)
      if (annotations === undefined) continue
      await this.#kubectl.patch(`revisions.serving.knative.dev/${revision}`, { metadata: { annotations } })
    }
    const hasJob = this.#parts.has(`Job/${loadJobName(this.#name)}`)
    if (desired.hasLoad && !hasJob) await this.#applyLoad(rollout)
    if (!desired.hasLoad && hasJob) {
      await this.#kubectl.delete([`job.batch/${loadJobName(this.#name)}`, '--cascade=background', '--wait=false'])
    }
  }

  async note(entry: Entry): Promise<void> {
    await this.#kubectl.apply(JSON.stringify(eventOf(this.service, entry)))
  }

  #foreignTags(): Target[] {
    return this.service.spec.traffic.flatMap(({ revisionName, tag, percent }) => {
      const isForeign = tag !== undefined && tag !== stableTag && tag !== candidateTag
      return isForeign && !percent && revisionName !== undefined ? [{ revisionName, percent: 0, tag }] : []
    })
  }

  async #templateFor(before: State, rollout: Rollout | undefined, desired: Desired): Promise<object | undefined> {
    const { template } = this.service.spec
    if (desired.template !== undefined) {
      if (template.metadata?.name === desired.template) return undefined
      return templateOf(await this.revision(desired.template), rollout?.minScales[desired.template])
    }
    // What makes the candidate is written with the state that speaks of it, or not at all.
    const isNew = rollout?.phase === 'creating' && before.rollout === undefined
    return isNew ? changedTemplate(template, rollout.candidate, this.#change) : undefined
  }

  async #partsOf({ stable, candidate }: Rollout): Promise<ReadonlyMap<string, Part>> {
    const names = [stable, candidate].flatMap((revision) => [
      `revisions.serving.knative.dev/${revision}`,
      `podautoscalers.autoscaling.internal.knative.dev/${revision}`,
    ])
    const argv = ['get', ...names, `jobs.batch/${loadJobName(this.#name)}`, '--ignore-not-found', '--output=json']
    const json = await this.#kubectl.run(argv)
    const found = json === '' ? [] : z.parse(z.object({ items: z.array(Part) }), asList(JSON.parse(json))).items
    return new Map(found.map((part) => [`${part.kind}/${part.metadata.name}`, part]))
  }

  async #observe(service: Service, rollout: Rollout): Promise<Observed> {
    const [stable, candidate] = [this.#revisionSeen(rollout.stable), this.#revisionSeen(rollout.candidate)]
    const onItsWay = candidate.ready === 'True' ? {} : await this.#podsSeen(rollout, candidate)
    const { warmth, hasLoad } = desiredOf(rollout)
    const isWarm = Object.entries(warmth).every(
      ([name, pods]) => this.#warmthPatchOf(rollout, name, pods) === undefined,
    )
    const isSettled = isWarm && this.#parts.has(`Job/${loadJobName(this.#name)}`) === hasLoad
    return { stable, candidate: { ...candidate, ...onItsWay }, isRouted: isRouted(service), isSettled }
  }

  #revisionSeen(name: string): ObservedRevision {
    const revision = this.#parts.get(`Revision/${name}`)
    if (revision === undefined) return { ready: 'Missing', pods: 0 }
    const ready = revision.status.conditions.find(({ type }) => type === 'Ready')
    // A node may come, or become free.
    const isDecided = ready?.reason !== 'Unschedulable'
    return {
      ready: isDecided && (ready?.status === 'True' || ready?.status === 'False') ? ready.status : 'Unknown',
      trouble: ready?.message,
      pods: this.#parts.get(`PodAutoscaler/${name}`)?.status.actualScale ?? 0,
    }
  }

  /** A revision that is on its way has its reason at its pods, and Knative can take minutes to see that they crash. */
  async #podsSeen({ candidate }: Rollout, { ready, trouble }: ObservedRevision): Promise<Partial<ObservedRevision>> {
    const pods = await this.#kubectl.list(['pods', `--selector=${revisionLabel}=${candidate}`], Pod)
    return {
      ready: ready === 'Unknown' && pods.some(crashes) ? 'False' : ready,
      trouble: ready === 'False' ? trouble : (troubleOf(pods) ?? trouble),
    }
  }

  #warmthPatchOf({ minScales }: Rollout, name: string, pods: number): Record<string, string | null> | undefined {
    const revision = this.#parts.get(`Revision/${name}`)
    return revision && warmthPatch(revision.metadata.annotations, minScales[name], pods)
  }

  async #applyLoad({ plan, stable: name }: Rollout): Promise<void> {
    const stable = this.#parts.get(`Revision/${name}`)
    if (plan.load === undefined || stable === undefined) return
    const job = loadJob({ service: this.service, stable, plan, load: plan.load })
    await this.#kubectl.apply(JSON.stringify(job))
  }
}

/** Whether a container has ended again and again, so that it is only started after a while. */
function crashes({ status }: Pod): boolean {
  return (status?.containerStatuses ?? []).some(({ restartCount, state }) => {
    return restartCount >= mostRestarts && state?.waiting?.reason === 'CrashLoopBackOff'
  })
}

/** Whether the ingress does what the specification says. */
function isRouted({ metadata, spec, status }: Service): boolean {
  const isReady = status.conditions.some(({ type, status: is }) => type === 'RoutesReady' && is === 'True')
  if (!isReady || status.observedGeneration !== metadata.generation) return false
  const seen = new Set(status.traffic.map(targetText))
  return spec.traffic.every((target) => seen.has(targetText(target)))
}

function targetText({ revisionName, percent, tag }: Service['spec']['traffic'][number]): string {
  return `${revisionName} ${percent ?? 0} ${tag}`
}

/** kubectl prints one object alone, and several as a list. */
function asList(printed: unknown): unknown {
  const isList = typeof printed === 'object' && printed !== null && 'items' in printed
  return isList ? printed : { items: [printed] }
}
