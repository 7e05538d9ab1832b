interface Listener {
  /** Somebody looks; said at every sign of it. */
  came(): void
  left(): void
}

const signsOfLife = ['pointerdown', 'pointermove', 'keydown', 'scroll', 'focus']

/**
 * Tells whether somebody is at the page: not while it is hidden, nor when nobody has touched it for a while. What asks
 * a function again and again keeps its pod awake, which a tab that was forgotten should not.
 */
export class Attention {
  readonly #forgottenMs: number
  readonly #listener: Listener
  #forgetting: ReturnType<typeof setTimeout> | undefined

  constructor(forgottenMs: number, listener: Listener) {
    this.#forgottenMs = forgottenMs
    this.#listener = listener
  }

  begin(): void {
    document.addEventListener('visibilitychange', () => (document.hidden ? this.#leave() : this.#come()))
    for (const sign of signsOfLife) addEventListener(sign, () => this.#come(), { passive: true, capture: true })
    this.#come()
  }

  #come(): void {
    if (document.hidden) return
    clearTimeout(this.#forgetting)
    this.#forgetting = setTimeout(() => this.#leave(), this.#forgottenMs)
    this.#listener.came()
  }

  #leave(): void {
    clearTimeout(this.#forgetting)
    this.#listener.left()
  }
}
