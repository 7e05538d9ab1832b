import type { Logger } from '../process/log.ts'
import type { Target } from './otlp.ts'
import type { Span, SpanSink } from './span.ts'

/** What brings spans to a collector. */
export interface Exporter extends SpanSink {
  /**
   * Sends what it has. Nothing is thrown: the process ends.
   * @param timeMs the most that it may take
   */
  end(timeMs: number): Promise<void>
}

/** Loading takes some 20 ms, which those who wait for a start should not. */
const loadAfterMs = 1000
/** What is more is dropped: as many as the SDK holds. */
const mostHeld = 2048

/** Holds spans until the OpenTelemetry SDK is loaded, some time after the first of them, and gives them to it. */
export class SpanExport implements Exporter {
  readonly #target: Target
  readonly #log: () => Logger
  readonly #held: Span[] = []
  #dropped = 0
  #timer: NodeJS.Timeout | undefined
  #loading: Promise<Exporter | undefined> | undefined
  #exporter: Exporter | undefined

  /** @param log what there will be to log to when there is something to tell */
  constructor(target: Target, log: () => Logger) {
    this.#target = target
    this.#log = log
  }

  add(span: Span): void {
    if (this.#exporter) return this.#exporter.add(span)
    if (this.#held.length >= mostHeld) {
      this.#dropped += 1
      return
    }
    this.#held.push(span)
    this.#timer ??= setTimeout(() => void this.#load(), loadAfterMs).unref()
  }

  async end(timeMs: number): Promise<void> {
    clearTimeout(this.#timer)
    if (this.#held.length > 0 || this.#loading) await this.#load()
    await this.#exporter?.end(timeMs)
  }

  async #load(): Promise<void> {
    this.#loading ??= this.#begin()
    await this.#loading
  }

  async #begin(): Promise<Exporter | undefined> {
    const log = this.#log()
    try {
      const { otlpExporter } = await import('./otlp.ts')
      const exporter = otlpExporter(this.#target, log)
      for (const span of this.#held.splice(0)) exporter.add(span)
      if (this.#dropped > 0) log.warn({ spans: this.#dropped }, 'spans were dropped')
      this.#exporter = exporter
    } catch (error) {
      log.error({ err: error }, 'spans cannot be exported')
    }
    return this.#exporter
  }
}
