import type { ConfigHistory } from '../history/history.ts'
import type { StoredConfig } from '../store/store.ts'

/** Lets those who want a document at the same time share the query; it is kept by nobody. */
export class SharedDocuments {
  readonly #history: Pick<ConfigHistory, 'find'>
  readonly #reading = new Map<string, Promise<StoredConfig | undefined>>()

  constructor(history: Pick<ConfigHistory, 'find'>) {
    this.#history = history
  }

  /** @returns undefined when the version is not kept any more, or is a removal */
  find(name: string, version: string): Promise<StoredConfig | undefined> {
    const known = this.#reading.get(version)
    if (known) return known
    const reading = this.#history.find(name, version).finally(() => this.#reading.delete(version))
    this.#reading.set(version, reading)
    return reading
  }
}
