import Counter from 'prom-client/lib/counter.js'
import Histogram from 'prom-client/lib/histogram.js'

import type { Observations } from './observations.ts'

type Labels = Readonly<Record<string, string>>

interface Description {
  readonly name: string
  readonly help: string
  readonly labelNames: readonly string[]
}

interface Value {
  readonly metricName: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

interface Family {
  readonly name: string
  readonly help: string
  readonly type: 'histogram'
  readonly values: readonly Value[]
}

/** A counter of prom-client's whose counts are kept elsewhere. */
export function keptCounter(
  { name, help, labelNames }: Description,
  values: () => Iterable<{ readonly labels: Labels; readonly value: number }>,
): Counter {
  return new Counter({
    name,
    help,
    labelNames: [...labelNames],
    registers: [],
    collect() {
      this.reset()
      for (const { labels, value } of values()) this.inc({ ...labels }, value)
    },
  })
}

/** A histogram of prom-client's whose observations are kept elsewhere. */
export class KeptHistogram extends Histogram {
  readonly #description: Description
  readonly #series: () => Iterable<{ readonly labels: Labels; readonly observations: Observations }>

  constructor(
    description: Description,
    series: () => Iterable<{ readonly labels: Labels; readonly observations: Observations }>,
  ) {
    const { name, help, labelNames } = description
    super({ name, help, labelNames: [...labelNames], registers: [] })
    this.#description = description
    this.#series = series
  }

  /** What the registry asks for when it writes text; the library's own would answer what went through observe(). */
  getForPromString(): Family {
    const { name, help } = this.#description
    const values = [...this.#series()].flatMap(({ labels, observations }) => valuesOf(name, labels, observations))
    return { name, help, type: 'histogram', values }
  }
}

function valuesOf(name: string, labels: Labels, { upperBounds, buckets, count, sum }: Observations): Value[] {
  let cumulative = 0
  const bounded = upperBounds.map((le, bucket) => {
    cumulative += buckets[bucket] ?? 0
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: cumulative }
  })
  return [
    ...bounded,
    { metricName: `${name}_bucket`, labels: { le: '+Inf', ...labels }, value: count },
    { metricName: `${name}_sum`, labels: { ...labels }, value: sum },
    { metricName: `${name}_count`, labels: { ...labels }, value: count },
  ]
}
