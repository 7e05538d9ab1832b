/** Something may go wrong and right again in this time: a container that is started once more, a registry that stumbles. */
const graceMs = 8000

/** Tells trouble that stays from trouble that passes. */
export class Patience {
  readonly #since = new Map<string, number>()
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** @param trouble undefined while there is none */
  isOut(name: string, trouble: string | undefined): boolean {
    if (trouble === undefined) {
      this.#since.delete(name)
      return false
    }
    const since = this.#since.get(name) ?? this.#now()
    this.#since.set(name, since)
    return this.#now() - since >= graceMs
  }
}
