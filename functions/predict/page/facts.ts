import { byId } from '../../_runtime/page/elements.ts'
import type { Answer } from './answer.ts'
import { milliseconds } from './format.ts'
import type { Timings } from './server-timing.ts'

interface Version {
  readonly version: string
  /** Only on Knative. */
  readonly revision?: string
}

/** How long an answer took, and what gave it. */
export class Facts {
  readonly #roundTrip = byId('roundTrip', HTMLElement)
  readonly #inFunction = byId('inFunction', HTMLElement)
  readonly #inference = byId('inference', HTMLElement)
  readonly #pod = byId('pod', HTMLElement)
  readonly #coldStart = byId('coldStart', HTMLElement)
  readonly #model = byId('model', HTMLElement)
  readonly #version = byId('version', HTMLElement)
  readonly #revision = byId('revision', HTMLElement)

  /** @param timings of the page itself */
  showPage(timings: Timings | undefined): void {
    if (timings) this.#showPod(timings)
    void this.#showVersion()
  }

  showAnswer({ roundTripMs, timings, modelVersion }: Answer): void {
    this.#roundTrip.textContent = milliseconds(roundTripMs)
    this.#inFunction.textContent = milliseconds(timings.get('total'))
    this.#inference.textContent = milliseconds(timings.get('inference'))
    this.#showPod(timings)
    this.#model.textContent = modelVersion
    // Another pod can be one of another revision.
    if (timings.has('cold')) void this.#showVersion()
  }

  clear(): void {
    for (const time of [this.#roundTrip, this.#inFunction, this.#inference]) time.textContent = milliseconds(undefined)
  }

  /** How long a cold start took stays to be read when later answers are warm. */
  #showPod(timings: Timings): void {
    const coldMs = timings.get('cold')
    this.#pod.textContent = coldMs === undefined ? 'Warm' : 'Cold'
    if (coldMs !== undefined) this.#coldStart.textContent = `${Math.round(coldMs)}\u00a0ms`
  }

  async #showVersion(): Promise<void> {
    try {
      const response = await fetch('version', { cache: 'no-store' })
      if (!response.ok) return
      const { version, revision }: Version = await response.json()
      this.#version.textContent = version
      this.#revision.textContent = revision ?? 'local'
    } catch {
      // Whoever asks for a digit next is told that nobody answers.
    }
  }
}
