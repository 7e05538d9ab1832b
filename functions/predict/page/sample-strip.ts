import { byId, copyOf, first } from '../../_runtime/page/elements.ts'
import { paintPicture } from './picture-canvas.ts'
import type { Sample } from './sample.ts'

/** Digits of the test set to choose from; the first half is plain, the other hard. */
export class SampleStrip {
  readonly #strip = byId('samples', HTMLDivElement)
  readonly #template = byId('sample', HTMLTemplateElement)

  fill(samples: readonly Sample[], choose: (sample: Sample) => void): void {
    const tiles = samples.map((sample, index) => {
      const tile = copyOf(this.#template)
      const choice = first(tile, 'input', HTMLInputElement)
      choice.ariaLabel = index < samples.length / 2 ? `${sample.label}` : `${sample.label}, hard to read`
      choice.addEventListener('change', () => choose(sample))
      paintPicture(first(tile, 'canvas', HTMLCanvasElement), sample.picture)
      return tile
    })
    this.#strip.replaceChildren(...tiles)
  }

  clear(): void {
    for (const choice of this.#strip.querySelectorAll('input')) choice.checked = false
  }
}
