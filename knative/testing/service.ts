import { setTimeout } from 'node:timers/promises'

import { KnativeService, Pod, serviceLabel } from '../../scripts/cluster/objects.ts'
import { ask, type Answer, type Question } from './gateway.ts'
import type { Namespace } from './namespace.ts'
import { restricted } from './restricted.ts'

export type Annotations = Readonly<Record<string, string>>

interface Wanted {
  readonly name: string
  readonly image: string
  readonly env?: Readonly<Record<string, string>>
  /** Of the revision; they stand over those by which it is at zero soon. */
  readonly annotations?: Annotations
}

/** What a revision says to be at zero soon, the shortest window there is, and to have room beside others. */
export const impatient = {
  'autoscaling.knative.dev/window': '6s',
  'autoscaling.knative.dev/scale-down-delay': '0s',
  'queue.sidecar.serving.knative.dev/cpu-resource-request': '10m',
}
export const reservedCpu = '10m'
const zeroTimeoutMs = 90_000

/** A Knative Service in a namespace of a test's. */
export class TestService {
  readonly name: string
  readonly namespace: Namespace
  readonly host: string

  constructor(namespace: Namespace, name: string, host: string) {
    this.namespace = namespace
    this.name = name
    this.host = host
  }

  /** Makes it, or a new revision of it, and waits until that serves. */
  static async deploy(namespace: Namespace, wanted: Wanted): Promise<TestService> {
    await namespace.apply(objectOf(wanted))
    return TestService.ready(namespace, wanted.name)
  }

  /** One that somebody else made. */
  static async ready(namespace: Namespace, name: string): Promise<TestService> {
    const reference = `services.serving.knative.dev/${name}`
    await namespace.kubectl.run(['wait', reference, '--for=condition=Ready', '--timeout=150s'])
    const { status } = await namespace.kubectl.json(['get', reference], KnativeService)
    return new TestService(namespace, name, new URL(status.url ?? '').host)
  }

  ask(path: string, question?: Question): Promise<Answer> {
    return ask(this.host, path, question)
  }

  /** Those that are there, also while they end: the queue-proxy lets them stay half a minute for late requests. */
  pods() {
    return this.namespace.kubectl.list(['pods', '--selector', `${serviceLabel}=${this.name}`], Pod)
  }

  /** Waits until all its pods are gone or about to end. */
  async atZero(): Promise<void> {
    await this.#without(({ metadata }) => metadata.deletionTimestamp === undefined)
  }

  /** Waits until its last pod has ended. */
  async gone(): Promise<void> {
    await this.#without(() => true)
  }

  async #without(counts: (pod: Pod) => boolean): Promise<void> {
    const deadline = performance.now() + zeroTimeoutMs
    for (;;) {
      const left = (await this.pods()).filter(counts)
      if (left.length === 0) return
      if (performance.now() > deadline)
        throw new Error(`${this.name} still has ${left.map(({ metadata }) => metadata.name).join(', ')}.`)
      await setTimeout(500)
    }
  }
}

function objectOf({ name, image, env = {}, annotations = {} }: Wanted): object {
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name },
    spec: {
      template: {
        metadata: { annotations: { ...impatient, ...annotations } },
        spec: {
          containers: [
            {
              image,
              env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
              resources: { requests: { cpu: reservedCpu, memory: '64Mi' } },
              securityContext: restricted,
            },
          ],
        },
      },
    },
  }
}
