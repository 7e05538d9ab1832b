import { parseExposition, type Sample } from './exposition.ts'
import { sumOf, type Counted } from './simulated-process.ts'

/** Scrapes all along, and sees whether a counter ever decreases. */
export class Scraper {
  /** What went down, in words. */
  readonly decreases: string[] = []
  scrapes = 0
  refused = 0
  readonly #url: string
  readonly #headers: Readonly<Record<string, string>>
  #latest = new Map<string, number>()
  #isStopping = false
  #running: Promise<void> | undefined

  /** @param url of the metrics function */
  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.#url = url
    this.#headers = headers
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#running
  }

  /** @throws Error when the scrape is refused */
  async scrape(): Promise<Sample[]> {
    const response = await fetch(`${this.#url}/metrics`, { headers: this.#headers })
    const text = await response.text()
    if (!response.ok) throw new Error(`The scrape was answered ${response.status}: ${text}`)
    const samples = parseExposition(text)
    this.#compare(samples)
    this.scrapes += 1
    return samples
  }

  /** What one function's processes have counted, by the totals. */
  async totalOf(name: string): Promise<Counted> {
    const samples = (await this.scrape()).filter(({ labels }) => labels['function'] === name)
    const counters = samples.filter((sample) => sample.name === 'http_requests_total')
    const sums = samples.filter((sample) => sample.name === 'http_request_duration_seconds_sum')
    return sumOf([
      ...counters.map(({ labels, value }) => ({ requests: { [labels['route'] ?? '']: value }, microseconds: 0 })),
      ...sums.map(({ value }) => ({ requests: {}, microseconds: Math.round(value * 1_000_000) })),
    ])
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      await this.scrape().catch((error: unknown) => {
        this.refused += 1
        if (!String(error).includes(' 503')) this.decreases.push(String(error))
      })
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** A series that is gone is a decrease too. */
  #compare(samples: readonly Sample[]): void {
    const now = new Map(samples.filter(isCumulative).map(({ name, labels, value }) => [keyOf(name, labels), value]))
    for (const [key, before] of this.#latest) {
      const after = now.get(key)
      if (after === undefined || after < before) this.decreases.push(`${key}: ${after} after ${before}`)
    }
    this.#latest = now
  }
}

function isCumulative({ name }: Sample): boolean {
  return /_(?:total|bucket|sum|count)$/.test(name)
}

function keyOf(name: string, labels: Readonly<Record<string, string>>): string {
  return `${name}${JSON.stringify(labels)}`
}
