import type { Tracer, Waiting } from '../../_runtime/tracing/tracer.ts'

interface Limits {
  /** Batches that are worked on at once, so that one is on its way while another is. */
  readonly atOnce: number
  /** Most jobs in one. */
  readonly size: number
}

/** Time after which what waits is worked on whatever else is: what is ahead of it is not busy, but slow. */
const patienceMs = 20

/**
 * Puts jobs that come while others are worked on into batches. A job that comes while nothing is worked on is not kept
 * for others, and work on a batch begins after all of its jobs have come.
 */
export class Batches<Job> {
  readonly #limits: Limits
  readonly #fits: (job: Job, batch: readonly Job[]) => boolean
  readonly #work: (batch: readonly Job[]) => Promise<void>
  readonly #tracer: Tracer | undefined
  /** For whom each job is done, where that is traced. */
  readonly #askers = new Map<Job, Waiting>()
  #waiting: Job[] = []
  #atWork = 0
  #isSoon = false
  #timer: NodeJS.Timeout | undefined

  /**
   * @param fits whether a job may be in a batch with those that are in it
   * @param work answers every job, and does not fail
   */
  constructor(
    limits: Limits,
    fits: (job: Job, batch: readonly Job[]) => boolean,
    work: (batch: readonly Job[]) => Promise<void>,
    tracer?: Tracer,
  ) {
    this.#limits = limits
    this.#fits = fits
    this.#work = work
    this.#tracer = tracer
  }

  add(job: Job): void {
    this.#waiting.push(job)
    if (this.#tracer) this.#askers.set(job, this.#tracer.waiting)
    if (this.#isSoon) return
    if (this.#atWork >= this.#limits.atOnce) {
      this.#timer ??= setTimeout(() => this.#start(), patienceMs)
      return
    }
    this.#isSoon = true
    // After what has arrived with it was read as well, and before the next look for what arrives.
    setImmediate(() => this.#start())
  }

  #start(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#isSoon = false
    const batch = this.#take()
    if (batch.length === 0) return
    this.#atWork += 1
    void this.#workOn(batch).finally(() => {
      this.#atWork -= 1
      if (this.#atWork < this.#limits.atOnce && !this.#isSoon) this.#start()
    })
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#start(), patienceMs)
  }

  /** What is done for a batch is done for all who wait for one of its jobs. */
  #workOn(batch: readonly Job[]): Promise<void> {
    if (!this.#tracer) return this.#work(batch)
    const askers = batch.flatMap((job) => this.#askers.get(job) ?? [])
    for (const job of batch) this.#askers.delete(job)
    return this.#tracer.within(askers, () => this.#work(batch))
  }

  /** The first that waits, and others after it. */
  #take(): readonly Job[] {
    const batch: Job[] = []
    this.#waiting = this.#waiting.filter((job) => {
      if (batch.length >= this.#limits.size || !this.#fits(job, batch)) return true
      batch.push(job)
      return false
    })
    return batch
  }
}
