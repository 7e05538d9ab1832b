import budgets from './budget.json' with { type: 'json' }
import type { Compression } from './compression.ts'
import type { Layer } from './layer.ts'

interface Weighed {
  readonly name: string
  readonly layers: readonly Layer[]
}

/** The function whose layer has a model in it, which has no budget of its own. */
const withModel = 'predict'

/** Compares the layers of images with bundle/image/budget.json; what they share weighs once, as in a registry. */
export function overrunsOf(images: readonly Weighed[], compression: Compression): string[] {
  const budget = budgets[compression]
  const layers = new Map(images.flatMap((image) => image.layers.map((layer) => [layer.digest, { image, layer }])))
  const titled = (...titles: string[]) => [...layers.values()].filter(({ layer }) => titles.includes(layer.title))
  const claims: [string, number, number][] = [
    ['The base', sum(titled('Debian packages', 'Node')), budget.baseBytes],
    ['ONNX Runtime', sum(titled('ONNX Runtime')), budget.onnxruntimeBytes],
    ...images
      .filter(({ name }) => name !== withModel)
      .map(({ name }): [string, number, number] => [`The layer of ${name}`, sum(titled(name)), budget.functionBytes]),
    ...images.map(({ name }): [string, number, number] => [
      `What is compiled of ${name}`,
      sum(titled(`${name}, compiled`)),
      budget.compiledBytes,
    ]),
    ['All together', sum([...layers.values()]), budget.allBytes],
  ]
  return claims
    .filter(([, bytes, most]) => bytes > most)
    .map(([what, bytes, most]) => `${what} is over its budget: ${bytes} bytes, at most ${most}.`)
}

function sum(weighed: readonly { readonly layer: Layer }[]): number {
  return weighed.reduce((total, { layer }) => total + layer.content.length, 0)
}
