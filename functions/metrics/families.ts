import type { Total, TotalExemplar } from './totals.ts'

export type Labels = Readonly<Record<string, string>>

/** A value in a bucket that had a trace. */
interface Exemplar {
  readonly traceId: string
  readonly value: number
  /** In milliseconds since 1970. */
  readonly at: number
}

interface Bucket {
  /** As text, `+Inf` for the last. */
  readonly upperBound: string
  /** Values up to the bound, those of the buckets before it included. */
  readonly count: bigint
  readonly exemplar: Exemplar | undefined
}

/** One series of a counter or a gauge, or all of a histogram that has the same labels. */
export type Series =
  | { readonly labels: Labels; readonly value: bigint }
  | { readonly labels: Labels; readonly buckets: readonly Bucket[]; readonly sumMillionths: bigint }

/** A metric with all its series. */
export interface Family {
  readonly name: string
  readonly type: Total['type']
  readonly help: string
  readonly series: readonly Series[]
}

/**
 * Puts numbers together that belong together.
 * @param totals those of one metric and one set of labels next to each other
 */
export function familiesOf(totals: readonly Total[], exemplars: readonly TotalExemplar[] = []): Family[] {
  const traced = new Map(exemplars.map((exemplar) => [keyOf(exemplar), exemplar]))
  return groups(totals, ({ metric }) => metric).map((ofMetric) => {
    const [{ metric: name, type, help }] = ofMetric
    return { name, type, help, series: groups(ofMetric, ({ labels }) => labels).map((same) => seriesOf(same, traced)) }
  })
}

function keyOf({ metric, labels, part }: Pick<Total, 'metric' | 'labels' | 'part'>): string {
  return `${metric} ${part} ${labels}`
}

function seriesOf(totals: Group<Total>, traced: ReadonlyMap<string, Exemplar>): Series {
  const [first] = totals
  const labels = JSON.parse(first.labels) as Labels
  if (first.type !== 'histogram') return { labels, value: BigInt(first.value) }
  const sum = totals.find(({ part }) => part === 'sum')
  let count = 0n
  const buckets = totals
    .filter((total) => total !== sum)
    .toSorted((one, other) => boundOf(one) - boundOf(other))
    .map((total) => {
      count += BigInt(total.value)
      return { upperBound: total.part, count, exemplar: traced.get(keyOf(total)) }
    })
  return { labels, buckets, sumMillionths: BigInt(sum?.value ?? 0) }
}

function boundOf({ part }: Total): number {
  return part === '+Inf' ? Infinity : Number(part)
}

type Group<T> = readonly [T, ...T[]]

/** Neighbours with the same key. */
function groups<T>(values: readonly T[], key: (value: T) => string): Group<T>[] {
  const found: [T, ...T[]][] = []
  for (const value of values) {
    const group = found.at(-1)
    if (group && key(group[0]) === key(value)) group.push(value)
    else found.push([value])
  }
  return found
}
