import type { FunctionHealth } from './schema.ts'
import { askFunction } from './question.ts'
import type { Sighting, Source } from './source.ts'

/** The functions at the addresses of the settings, asked themselves. */
export class Addresses implements Source {
  readonly kind = 'addresses'
  readonly wakes = true
  readonly #targets: Readonly<Record<string, string>>
  readonly #timeoutMs: number

  constructor(targets: Readonly<Record<string, string>>, timeoutMs: number) {
    this.#targets = targets
    this.#timeoutMs = timeoutMs
  }

  async look(): Promise<Sighting> {
    return { functions: await askAll(this.#targets, this.#timeoutMs), seenAt: new Date() }
  }

  addresses(): Promise<Readonly<Record<string, string>>> {
    return Promise.resolve(this.#targets)
  }
}

/** Asks functions at once, by their names. */
export async function askAll(
  addresses: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<Record<string, FunctionHealth>> {
  const asked = Object.entries(addresses).map(async ([name, address]) => {
    return [name, await askFunction(address, timeoutMs)] as const
  })
  return Object.fromEntries(await Promise.all(asked))
}
