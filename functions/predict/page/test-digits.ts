import { side } from './picture.ts'
import { Sample } from './sample.ts'
import packed from './test-digits.json' with { type: 'json' }

/** Unpacks twenty digits of the test set: ten that are plain, then ten that are hard. */
export async function unpackTestDigits(): Promise<Sample[]> {
  const bytes = Uint8Array.from(atob(packed.pictures), (letter) => letter.charCodeAt(0))
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  const greys = new Uint8ClampedArray(await new Response(inflated).arrayBuffer())
  return packed.labels.map((label, index) => {
    return new Sample(label, greys.slice(index * side * side, (index + 1) * side * side))
  })
}
