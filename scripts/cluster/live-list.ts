import type * as z from 'zod/mini'

import type { Kubectl } from './kubectl.ts'

interface Named {
  readonly metadata: { readonly name: string; readonly namespace: string }
}

/** The objects of a kind as they are now, by one watch that goes on for as long as it is wanted. */
export class LiveList<Item extends Named> {
  readonly #kubectl: Kubectl
  readonly #argv: readonly string[]
  readonly #schema: z.ZodMiniType<Item>
  #items = new Map<string, Item>()

  /** @param argv such as `['pods', '--selector=app=a']` */
  constructor(kubectl: Kubectl, argv: readonly string[], schema: z.ZodMiniType<Item>) {
    this.#kubectl = kubectl
    this.#argv = argv
    this.#schema = schema
  }

  get items(): Item[] {
    return [...this.#items.values()]
  }

  /**
   * Keeps the objects current until the signal comes.
   * @param tell is called after each change
   * @throws ClusterError
   */
  async follow(signal: AbortSignal, tell: () => void): Promise<void> {
    while (!signal.aborted) {
      // What was deleted between two watches is not told by the second one.
      const listed = await this.#kubectl.list(this.#argv, this.#schema, { signal })
      this.#items = new Map(listed.map((item) => [item.metadata.name, item]))
      tell()
      for await (const { type, object } of this.#kubectl.watch(this.#argv, this.#schema, signal)) {
        if (type === 'DELETED') this.#items.delete(object.metadata.name)
        else this.#items.set(object.metadata.name, object)
        tell()
      }
    }
  }
}
