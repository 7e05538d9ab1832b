import type { Logger } from '../../_runtime/process/log.ts'
import type { FunctionHealth } from '../schema.ts'
import type { Sighting, Source } from '../source.ts'
import type { KubernetesApi } from './api.ts'
import { NoAnswer } from './no-answer.ts'
import { KnativeService, Pod, PodAutoscaler } from './objects.ts'
import { isUnsettled, serviceHealth } from './service-health.ts'

/** As long as Kubernetes itself takes to notice a node that is gone, what it said before is worth more than nothing. */
const rememberedMs = 40_000

interface ClusterSettings {
  /** The functions' Knative Services, by the functions' names. */
  readonly services: Readonly<Record<string, string>>
  readonly cacheMs: number
}

interface View extends Sighting {
  readonly addresses: Readonly<Record<string, string>>
}

/**
 * The functions as Kubernetes sees them. It is asked for the Services of all functions at once and for their autoscalers,
 * and for pods only when some are missing; what it says is told for a while to everybody. No function is woken.
 */
export class Cluster implements Source {
  readonly kind = 'kubernetes'
  readonly wakes = false
  readonly #api: KubernetesApi
  readonly #settings: ClusterSettings
  readonly #log: Logger
  #view: Promise<View> | undefined
  #staleAt = 0
  /** What Kubernetes said last. */
  #last: View | undefined

  constructor(api: KubernetesApi, settings: ClusterSettings, log: Logger) {
    this.#api = api
    this.#settings = settings
    this.#log = log
  }

  look(): Promise<Sighting> {
    return this.#current()
  }

  async addresses(): Promise<Readonly<Record<string, string>>> {
    return (await this.#current()).addresses
  }

  #current(): Promise<View> {
    const now = performance.now()
    if (!this.#view || now >= this.#staleAt) {
      this.#view = this.#see()
      this.#staleAt = now + this.#settings.cacheMs
    }
    return this.#view
  }

  async #see(): Promise<View> {
    const wanted = Object.entries(this.#settings.services)
    try {
      const [all, autoscalers] = await Promise.all([
        this.#api.list('apis/serving.knative.dev/v1', 'services', KnativeService),
        this.#api.list('apis/autoscaling.internal.knative.dev/v1alpha1', 'podautoscalers', PodAutoscaler),
      ])
      const found = wanted.map(
        ([name, service]) => [name, all.find(({ metadata }) => metadata.name === service)] as const,
      )
      const isAnyUnsettled = found.some(([, service]) => service && isUnsettled(service, autoscalers))
      const pods = isAnyUnsettled ? await this.#api.list('api/v1', 'pods', Pod, 'serving.knative.dev/service') : []
      const functions = found.map(([name, service]): [string, FunctionHealth] => [
        name,
        service
          ? serviceHealth(service, { autoscalers, pods })
          : { state: 'unknown', reason: absent(this.#settings, name) },
      ])
      const addresses = found.flatMap(([name, service]): [string, string][] => {
        const url = service?.status?.address?.url
        return url === undefined ? [] : [[name, url]]
      })
      this.#last = {
        seenAt: new Date(),
        functions: Object.fromEntries(functions),
        addresses: Object.fromEntries(addresses),
      }
      return this.#last
    } catch (error) {
      this.#log.warn({ err: error }, 'the Kubernetes API could not be asked')
      const reason = error instanceof Error ? error.message : String(error)
      const last = this.#last
      if (last && error instanceof NoAnswer && Date.now() - last.seenAt.getTime() < rememberedMs) {
        return { ...last, reason: `${reason} This is what it said before.` }
      }
      const functions = wanted.map(([name]): [string, FunctionHealth] => [name, { state: 'unknown', reason }])
      return { seenAt: new Date(), functions: Object.fromEntries(functions), reason, addresses: {} }
    }
  }
}

function absent({ services }: ClusterSettings, name: string): string {
  return `There is no Knative Service named "${services[name]}".`
}
