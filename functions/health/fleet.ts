import { askAll } from './addresses.ts'
import type { FleetHealth, FunctionHealth } from './schema.ts'
import type { Source } from './source.ts'
import { worst } from './state.ts'

interface FleetOptions {
  /** Names of the functions whose states are the fleet's; all that are there where there are none. */
  readonly required: readonly string[]
  /** Time for a function that is asked itself though Kubernetes could tell. */
  readonly deepTimeoutMs: number
}

/** The functions, whoever tells of them. */
export class Fleet {
  readonly #source: Source
  readonly #options: FleetOptions

  constructor(source: Source, options: FleetOptions) {
    this.#source = source
    this.#options = options
  }

  /** @param isDeep whether to ask the functions themselves, which starts those that are at zero */
  async health(isDeep: boolean): Promise<Omit<FleetHealth, 'keepsHistory'>> {
    const { kind, wakes } = this.#source
    const { functions: seen, seenAt, reason } = await this.#source.look()
    const functions = isDeep && !wakes ? await this.#asked(seen) : seen
    return {
      state: this.#overall(functions),
      ...(reason !== undefined && { reason }),
      source: kind,
      wakes: wakes || isDeep,
      seenAt: seenAt.toISOString(),
      functions,
    }
  }

  async #asked(seen: Readonly<Record<string, FunctionHealth>>): Promise<Record<string, FunctionHealth>> {
    const answers = await askAll(await this.#source.addresses(), this.#options.deepTimeoutMs)
    const merged = Object.entries(seen).map(([name, { state, reason, ...facts }]): [string, FunctionHealth] => {
      const answer = answers[name]
      return [name, { ...(answer ?? { state, ...(reason !== undefined && { reason }) }), ...facts }]
    })
    return Object.fromEntries(merged)
  }

  #overall(functions: Readonly<Record<string, FunctionHealth>>): FleetHealth['state'] {
    const { required } = this.#options
    if (required.length > 0) return worst(required.map((name) => functions[name]?.state ?? 'unknown'))
    const all = Object.values(functions)
    // What was never deployed cannot be missed, unless nothing is.
    const known = all.filter(({ state }) => state !== 'unknown')
    return worst((known.length > 0 ? known : all).map(({ state }) => state))
  }
}
