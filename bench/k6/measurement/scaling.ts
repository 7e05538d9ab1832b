import { setTimeout as sleep } from 'node:timers/promises'

import * as z from 'zod/mini'

import { conditionOf } from '../../../functions/health/kubernetes/objects.ts'
import type { Kubectl, WatchEvent } from '../../../scripts/cluster/kubectl.ts'
import { Pod, PodAutoscaler, serviceLabel } from '../../../scripts/cluster/objects.ts'
import { PodHistory } from './pod-history.ts'
import type { Scale } from './scale.ts'

/** Says whether requests for a revision go straight to its pods (Serve) or through the activator (Proxy). */
const ServerlessService = z.object({
  metadata: z.object({ name: z.string(), uid: z.string(), labels: z._default(z.record(z.string(), z.string()), {}) }),
  spec: z.object({ mode: z.optional(z.string()) }),
})
type ServerlessService = z.output<typeof ServerlessService>

interface Identified {
  readonly metadata: { readonly uid: string; readonly name: string; readonly labels: Readonly<Record<string, string>> }
}

const restMs = 500

/** What the autoscaler wants for functions, and which pods there are: watched, so that asking costs nothing. */
export class Scaling {
  readonly #kubectl: Kubectl
  readonly #functions: readonly string[]
  readonly #ending = new AbortController()
  readonly #autoscalers = new Map<string, PodAutoscaler>()
  readonly #serverless = new Map<string, ServerlessService>()
  readonly #pods = new Map<string, Pod>()
  readonly #history = new PodHistory()
  #watching: Promise<unknown> = Promise.resolve()
  #failure: unknown

  constructor(kubectl: Kubectl, functions: readonly string[]) {
    this.#kubectl = kubectl
    this.#functions = functions
  }

  /** @throws ClusterError when the cluster does not tell */
  async begin(): Promise<void> {
    // What may not be read is known now, and not when the load is on.
    await this.#list('podautoscalers', PodAutoscaler, this.#autoscalers)
    await this.#list('serverlessservices', ServerlessService, this.#serverless)
    await this.#list('pods', Pod, this.#pods)
    this.#watching = Promise.all([
      this.#follow('podautoscalers', PodAutoscaler, this.#autoscalers),
      this.#follow('serverlessservices', ServerlessService, this.#serverless),
      this.#follow('pods', Pod, this.#pods),
    ]).catch((error: unknown) => {
      this.#failure = error
    })
  }

  async end(): Promise<void> {
    this.#ending.abort()
    await this.#watching
  }

  /** @throws ClusterError when the cluster does not tell any more */
  sample(): Record<string, Scale> {
    if (this.#failure !== undefined) throw this.#failure
    return Object.fromEntries(this.#functions.map((name) => [name, this.#scaleOf(name)]))
  }

  /** Whether a function had no pod that takes requests, as far back as an answer takes. */
  hadNoPodAt(name: string, timeMs: number): boolean {
    return this.#history.readyAt(name, timeMs) === 0
  }

  #scaleOf(name: string): Scale {
    const pods = ofService(this.#pods, name)
    const wanted = ofService(this.#autoscalers, name).map(({ status }) => Math.max(0, status.desiredScale ?? 0))
    // The newest revision is the one that requests go to; those before it stay in Proxy for ever.
    const newest = ofService(this.#serverless, name).toSorted((one, other) =>
      other.metadata.name.localeCompare(one.metadata.name, 'en', { numeric: true }),
    )[0]
    return {
      wanted: wanted.reduce((sum, each) => sum + each, 0),
      ready: pods.filter(isReady).length,
      existing: pods.length,
      isActivatorInPath: newest?.spec.mode === 'Proxy',
    }
  }

  get #selector(): string {
    return `${serviceLabel} in (${this.#functions.join(',')})`
  }

  async #list<Schema extends z.ZodMiniType<Identified>>(
    kind: string,
    schema: Schema,
    known: Map<string, z.output<Schema>>,
  ): Promise<void> {
    for (const object of await this.#kubectl.list([kind, `--selector=${this.#selector}`], schema)) {
      note(known, { type: 'ADDED', object })
    }
  }

  async #follow<Schema extends z.ZodMiniType<Identified>>(
    kind: string,
    schema: Schema,
    known: Map<string, z.output<Schema>>,
  ): Promise<void> {
    const { signal } = this.#ending
    while (!signal.aborted) {
      for await (const event of this.#kubectl.watch([kind, `--selector=${this.#selector}`], schema, signal)) {
        note(known, event)
        for (const name of this.#functions) {
          this.#history.note(name, ofService(this.#pods, name).filter(isReady).length, Date.now())
        }
      }
      if (signal.aborted) return
      await sleep(restMs, undefined, { signal }).catch(() => undefined)
      // A new watch begins with what is there: what went in between is not told.
      known.clear()
    }
  }
}

function note<Item extends Identified>(known: Map<string, Item>, { type, object }: WatchEvent<Item>): void {
  if (type === 'DELETED') known.delete(object.metadata.uid)
  else known.set(object.metadata.uid, object)
}

function ofService<Item extends Identified>(known: ReadonlyMap<string, Item>, name: string): Item[] {
  return [...known.values()].filter(({ metadata }) => metadata.labels[serviceLabel] === name)
}

function isReady(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp === undefined && conditionOf(pod, 'Ready')?.status === 'True'
}
