/** Values by the names of lines; undefined where there is none. */
export type Values = Readonly<Record<string, number | undefined>>

interface Point {
  /** In seconds since 1970. */
  readonly at: number
  readonly values: Values
}

/** The times, and for each name its values at them. */
export type Columns = [times: number[], ...lines: (number | null)[][]]

const keptSeconds = 600
/** After a longer silence nobody knows what was between. */
const gapSeconds = 15

/** What a chart shows: the last ten minutes. */
export class Timeline {
  #points: readonly Point[] = []
  readonly #names = new Set<string>()

  /** In the order in which they were first seen, so that each keeps its color. */
  get names(): string[] {
    return [...this.#names]
  }

  get points(): readonly Point[] {
    return this.#points
  }

  get last(): Values {
    return this.#points.at(-1)?.values ?? {}
  }

  add(at: number, values: Values): void {
    for (const name of Object.keys(values)) this.#names.add(name)
    const kept = this.#points.filter((point) => point.at > at - keptSeconds && point.at < at)
    const before = kept.at(-1)
    const gap = before && at - before.at > gapSeconds ? [{ at: (before.at + at) / 2, values: {} }] : []
    this.#points = [...kept, ...gap, { at, values }]
  }

  columns(): Columns {
    const lines = this.names.map((name) => this.#points.map(({ values }) => values[name] ?? null))
    return [this.#points.map(({ at }) => at), ...lines]
  }
}
