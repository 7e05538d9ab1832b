import type { Span } from '../_runtime/tracing/span.ts'
import { clientClosedRequest, gatewayTimeout, tooManyRequests } from '../_runtime/reply/problem.ts'
import type { VersionMetrics } from './inference-metrics.ts'
import { pixels, type DigitModel } from './model.ts'

/** What a run of the model made of a request's images. */
export interface Inference {
  /** Shape [n, 10], each row summing to 1. */
  readonly probabilities: Float32Array
  /** Time in the queue. */
  readonly queueMs: number
  /** Time of the run, which others may have shared. */
  readonly inferenceMs: number
}

/** The request that waits for an inference. */
interface Waiting {
  /** Whether nobody waits any more. */
  readonly isAbandoned: boolean
  /** Undefined where nothing is traced. */
  readonly span?: Span | undefined
}

export interface BatchLimits {
  /** Most images in a run. */
  readonly batchSize: number
  /** Most images in the queue. */
  readonly queueSize: number
}

interface Job {
  readonly images: Float32Array
  readonly request: Waiting
  readonly deadlineAt: number
  readonly queuedAt: number
  readonly resolve: (inference: Inference) => void
  readonly reject: (reason: unknown) => void
}

/** In milliseconds of performance.now(). */
interface Timed {
  readonly queuedAt: number
  readonly startedAt: number
  readonly inferenceMs: number
}

/**
 * Gives a model the images of all who wait, together. A run blocks the event loop, so that what arrives meanwhile is
 * the next batch; an image that comes while nothing runs is not kept for others.
 */
export class Batcher {
  readonly #model: DigitModel
  readonly #limits: BatchLimits
  readonly #metrics: VersionMetrics
  readonly #queue: Job[] = []
  /** Where the images of a batch are put together; ONNX Runtime reads them there. */
  readonly #together: Float32Array
  #queuedImages = 0
  #isAtWork = false

  constructor(model: DigitModel, limits: BatchLimits, metrics: VersionMetrics) {
    this.#model = model
    this.#limits = limits
    this.#metrics = metrics
    this.#together = new Float32Array(limits.batchSize * pixels)
  }

  get version(): string {
    return this.#model.version
  }

  /**
   * @param images row-major grey values 0..1 (0 = background), shape [n, 28, 28]
   * @param deadlineAt when an answer is of no use any more, in milliseconds of performance.now()
   * @throws Problem 429 when the queue is full, 504 when the deadline passes in it, 499 when the client leaves it
   */
  classify(images: Float32Array, request: Waiting, deadlineAt: number): Promise<Inference> {
    const { queueSize } = this.#limits
    // One request is always taken, however small the queue.
    if (this.#queue.length > 0 && this.#queuedImages + images.length / pixels > queueSize) {
      this.#metrics.rejected('queue_full')
      return Promise.reject(tooManyRequests(`The queue has room for ${queueSize} images, and it is full.`, 1))
    }
    this.#queuedImages += images.length / pixels
    return new Promise((resolve, reject) => {
      this.#queue.push({ images, request, deadlineAt, queuedAt: performance.now(), resolve, reject })
      if (this.#isAtWork) return
      this.#isAtWork = true
      // After what has arrived with it was read as well, and before the next look for what arrives.
      setImmediate(() => void this.#work())
    })
  }

  /** Gives the model back when all who are in the queue have been answered. */
  async close(): Promise<void> {
    while (this.#isAtWork) await new Promise((resolve) => setImmediate(resolve))
    await this.#model.close()
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#take()
      if (batch.length > 0) await this.#run(batch)
    }
    this.#isAtWork = false
  }

  /** The first in the queue who still want to know, as many as are run together: one at least. */
  #take(): Job[] {
    const batch: Job[] = []
    const now = performance.now()
    let images = 0
    let taken = 0
    for (const job of this.#queue) {
      const count = job.images.length / pixels
      if (batch.length > 0 && images + count > this.#limits.batchSize) break
      taken += 1
      this.#queuedImages -= count
      if (this.#isInVain(job, now)) continue
      images += count
      batch.push(job)
    }
    this.#queue.splice(0, taken)
    return batch
  }

  #isInVain({ request, deadlineAt, queuedAt, reject }: Job, now: number): boolean {
    if (request.isAbandoned) {
      this.#metrics.rejected('client_left')
      reject(clientClosedRequest())
    } else if (deadlineAt < now) {
      this.#metrics.rejected('deadline')
      const queueMs = Math.round(now - queuedAt)
      reject(gatewayTimeout(`The deadline passed before the inference, after ${queueMs} ms in the queue.`))
    } else return false
    return true
  }

  async #run(batch: readonly Job[]): Promise<void> {
    const startedAt = performance.now()
    try {
      const images = this.#imagesOf(batch)
      const probabilities = await this.#model.classify(images)
      const endedAt = performance.now()
      this.#metrics.ran(images.length / pixels, (endedAt - startedAt) / 1000, probabilities)
      this.#answer(batch, probabilities, startedAt, endedAt - startedAt)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  #imagesOf(batch: readonly Job[]): Float32Array {
    const [first] = batch
    if (first && batch.length === 1) return first.images
    let end = 0
    for (const { images } of batch) {
      this.#together.set(images, end)
      end += images.length
    }
    return this.#together.subarray(0, end)
  }

  #answer(batch: readonly Job[], probabilities: Float32Array, startedAt: number, inferenceMs: number): void {
    const perImage = probabilities.length / batch.reduce((sum, { images }) => sum + images.length / pixels, 0)
    let start = 0
    for (const { images, request, queuedAt, resolve } of batch) {
      const end = start + (images.length / pixels) * perImage
      const queueMs = startedAt - queuedAt
      this.#metrics.queued(queueMs / 1000)
      if (request.span) this.#trace(request.span, batch.length, { queuedAt, startedAt, inferenceMs })
      resolve({ probabilities: probabilities.subarray(start, end), queueMs, inferenceMs })
      start = end
    }
  }

  #trace(span: Span, requests: number, { queuedAt, startedAt, inferenceMs }: Timed): void {
    span.child('queue', { startedAt: queuedAt }).end(startedAt)
    const attributes = { 'quartet.model.version': this.version, 'quartet.batch.size': requests }
    span.child('inference', { startedAt, attributes }).end(startedAt + inferenceMs)
  }
}
