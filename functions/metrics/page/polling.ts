import { Attention } from '../../_runtime/page/attention.ts'
import { byId } from '../../_runtime/page/elements.ts'

const intervalMs = 3000
const forgottenMs = 600_000

/** Does something every few seconds, while somebody looks and has not paused it. */
export class Polling {
  readonly #work: () => Promise<boolean>
  readonly #mode = byId('mode', HTMLSpanElement)
  readonly #pause = byId('pause', HTMLButtonElement)
  #isPaused = false
  #isWatched = false
  #isWorking = false
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param work says whether to do it again of its own accord */
  constructor(work: () => Promise<boolean>) {
    this.#work = work
  }

  start(): void {
    this.#pause.addEventListener('click', () => {
      this.#isPaused = !this.#isPaused
      this.#update()
    })
    const attention = new Attention(forgottenMs, { came: () => this.#watch(true), left: () => this.#watch(false) })
    attention.begin()
  }

  /** Does it now, paused or not. */
  async now(): Promise<void> {
    if (this.#isWorking) return
    clearTimeout(this.#timer)
    this.#isWorking = true
    try {
      if (await this.#work()) this.#schedule()
    } finally {
      this.#isWorking = false
    }
  }

  #watch(isWatched: boolean): void {
    if (this.#isWatched === isWatched) return
    this.#isWatched = isWatched
    this.#update()
  }

  #update(): void {
    this.#pause.textContent = this.#isPaused ? 'Resume' : 'Pause'
    if (this.#isPaused) this.#mode.textContent = 'paused'
    else if (this.#isWatched) this.#mode.textContent = `asks every ${intervalMs / 1000} s`
    else this.#mode.textContent = 'asks no more until somebody is here again'
    if (this.#isPaused || !this.#isWatched) clearTimeout(this.#timer)
    else void this.now()
  }

  #schedule(): void {
    if (!this.#isPaused && this.#isWatched) this.#timer = setTimeout(() => void this.now(), intervalMs)
  }
}
