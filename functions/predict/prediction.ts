import { digitOf } from './digit.ts'
import { classes, pixels } from './model.ts'

/** What the model made of a request's images. */
export interface Outcome {
  /** Shape [n, 10]. */
  readonly probabilities: Float32Array
  readonly modelVersion: string
  /** The images to show, shape [n, 28, 28], where they were asked for. */
  readonly shown?: Float32Array | undefined
}

// Six decimals are more than a model of this size knows, and a number of seventeen digits takes three times as long to write.
const decimals = 1_000_000

/** The JSON text of a Prediction. */
export function predictionText(outcome: Outcome): string {
  return `{${seen(outcome, 0)},"modelVersion":${JSON.stringify(outcome.modelVersion)}}`
}

/** The JSON text of Predictions. */
export function predictionsText(outcome: Outcome): string {
  const count = outcome.probabilities.length / classes
  const all = Array.from({ length: count }, (_, index) => `{${seen(outcome, index)}}`)
  return `{"predictions":[${all.join(',')}],"modelVersion":${JSON.stringify(outcome.modelVersion)}}`
}

function seen({ probabilities, shown }: Outcome, index: number): string {
  const start = index * classes
  let list = ''
  for (let digit = 0; digit < classes; digit += 1) {
    if (digit > 0) list += ','
    const rounded = Math.round((probabilities[start + digit] ?? 0) * decimals)
    list += rounded === 0 ? '0' : String(rounded / decimals)
  }
  const text = `"digit":${digitOf(probabilities, start)},"probabilities":[${list}]`
  return shown ? `${text},"image":[${bytesOf(shown, index).join(',')}]` : text
}

function bytesOf(images: Float32Array, index: number): number[] {
  return Array.from(images.subarray(index * pixels, (index + 1) * pixels), (grey) => Math.round(grey * 255))
}
