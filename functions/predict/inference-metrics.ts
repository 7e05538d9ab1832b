import type { Metric } from '../_runtime/metrics/metric.ts'
import { Observations } from '../_runtime/metrics/observations.ts'
import { digitOf } from './digit.ts'
import { classes } from './model.ts'

/** Why an image got no inference. */
export type Rejection = 'invalid' | 'queue_full' | 'deadline' | 'client_left'

const rejections: readonly Rejection[] = ['invalid', 'queue_full', 'deadline', 'client_left']
const batchSizes = [1, 2, 4, 8, 12, 16, 24, 32]
const seconds = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1]

/** What one version of the model did. */
export class VersionMetrics {
  readonly batches = new Observations(batchSizes)
  readonly queueSeconds = new Observations(seconds)
  readonly inferenceSeconds = new Observations(seconds)
  /** By digit, how many images were taken for it. */
  readonly digits = new Float64Array(classes)
  readonly rejected: (reason: Rejection) => void

  constructor(rejected: (reason: Rejection) => void) {
    this.rejected = rejected
  }

  /** @param probabilities shape [n, 10] */
  ran(images: number, tookSeconds: number, probabilities: Float32Array): void {
    this.batches.observe(images)
    this.inferenceSeconds.observe(tookSeconds)
    for (let start = 0; start < probabilities.length; start += classes) {
      const digit = digitOf(probabilities, start)
      this.digits[digit] = (this.digits[digit] ?? 0) + 1
    }
  }

  queued(tookSeconds: number): void {
    this.queueSeconds.observe(tookSeconds)
  }
}

/** Counts what the models of this process do. */
export class InferenceMetrics {
  readonly #versions = new Map<string, VersionMetrics>()
  readonly #rejections = new Map<Rejection, number>(rejections.map((reason) => [reason, 0]))

  of(version: string): VersionMetrics {
    const known = this.#versions.get(version)
    if (known) return known
    const metrics = new VersionMetrics((reason) => this.reject(reason))
    this.#versions.set(version, metrics)
    return metrics
  }

  /**
   * Reads the images of a request.
   * @throws what reading throws, counted
   */
  valid<T>(read: () => T | Promise<T>): T | Promise<T> {
    const invalid = (error: unknown): never => {
      this.reject('invalid')
      throw error
    }
    try {
      const images = read()
      return images instanceof Promise ? images.catch(invalid) : images
    } catch (error) {
      return invalid(error)
    }
  }

  reject(reason: Rejection): void {
    this.#rejections.set(reason, (this.#rejections.get(reason) ?? 0) + 1)
  }

  metrics(): Metric[] {
    return [
      this.#histogram('predict_batch_size', 'Images in a run of the model.', ({ batches }) => batches),
      this.#histogram('predict_queue_seconds', 'Time of a request in the queue.', ({ queueSeconds }) => queueSeconds),
      this.#histogram('predict_inference_seconds', 'Time of a run of the model.', ({ inferenceSeconds }) => {
        return inferenceSeconds
      }),
      {
        name: 'predict_inferences_total',
        type: 'counter',
        help: 'Images that a model classified.',
        series: () => this.#inferences(),
      },
      {
        name: 'predict_digits_total',
        type: 'counter',
        help: 'Images by the digit they were taken for.',
        series: () => this.#digits(),
      },
      {
        name: 'predict_rejections_total',
        type: 'counter',
        help: 'Requests without an inference, by the reason.',
        series: () => Array.from(this.#rejections, ([reason, value]) => ({ labels: { reason }, value })),
      },
    ]
  }

  #histogram(name: string, help: string, of: (metrics: VersionMetrics) => Observations): Metric {
    const series = () =>
      Array.from(this.#versions, ([version, metrics]) => ({ labels: { version }, observations: of(metrics) }))
    return { name, type: 'histogram', help, series }
  }

  #inferences(): { labels: { version: string }; value: number }[] {
    return [...this.#versions].map(([version, { batches }]) => ({ labels: { version }, value: batches.sum }))
  }

  #digits(): { labels: { version: string; digit: string }; value: number }[] {
    return [...this.#versions].flatMap(([version, { digits }]) =>
      Array.from(digits, (value, digit) => ({ labels: { version, digit: String(digit) }, value })),
    )
  }
}
