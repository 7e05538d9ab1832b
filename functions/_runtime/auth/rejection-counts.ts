import type Registry from 'prom-client/lib/registry.js'

import { keptCounter } from '../kept-metrics.ts'
import type { Refusal } from './refusal.ts'

interface Count {
  readonly labels: { readonly function: string; readonly reason: Refusal }
  value: number
}

const ofRegistry = new WeakMap<Registry, RejectionCounts>()

/** Counts the requests that were not let in. */
export class RejectionCounts {
  readonly #counts = new Map<string, Count>()

  private constructor(registry: Registry) {
    const help = 'Requests that were not let in, by the reason.'
    const description = { name: 'auth_rejections_total', help, labelNames: ['function', 'reason'] }
    registry.registerMetric(keptCounter(description, () => this.#counts.values()))
  }

  /** The same for each who asks: all functions of a process count together, also after their settings have changed. */
  static in(registry: Registry): RejectionCounts {
    const known = ofRegistry.get(registry)
    if (known) return known
    const counts = new RejectionCounts(registry)
    ofRegistry.set(registry, counts)
    return counts
  }

  add(functionName: string, reason: Refusal): void {
    const key = `${functionName} ${reason}`
    const count = this.#counts.get(key) ?? { labels: { function: functionName, reason }, value: 0 }
    count.value += 1
    this.#counts.set(key, count)
  }
}
