import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { sleep } from '../../scripts/local/sleep.ts'

const rates = 'global: { scrape_interval: 1s, scrape_timeout: 1s }'

/** One of the series that an expression has, and its value. */
interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A real Prometheus. */
export class Prometheus {
  readonly url: string
  readonly #folder: string
  readonly #child: ChildProcess

  private constructor(url: string, folder: string, child: ChildProcess) {
    this.url = url
    this.#folder = folder
    this.#child = child
  }

  /**
   * One that scrapes an address each second.
   * @param port a free one
   * @param target host and port of what is scraped
   */
  static start(port: number, target: string): Promise<Prometheus> {
    const jobs = `scrape_configs: [{ job_name: quartet, static_configs: [{ targets: ['${target}'] }] }]`
    return Prometheus.configured(port, `${rates}\n${jobs}\n`)
  }

  /**
   * @param port a free one
   * @param configuration its YAML; files that it names have absolute paths
   */
  static async configured(port: number, configuration: string): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'quartet-prometheus-'))
    const file = join(folder, 'prometheus.yml')
    writeFileSync(file, configuration)
    const address = `127.0.0.1:${port}`
    const child = spawn(
      'prometheus',
      [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=${address}`],
      { stdio: 'ignore' },
    )
    const prometheus = new Prometheus(`http://${address}`, folder, child)
    while (!(await prometheus.#isReady())) {
      if (child.exitCode !== null) throw new Error(`Prometheus ended with ${child.exitCode}.`)
      await sleep(50)
    }
    return prometheus
  }

  /** @returns the value of each series that an expression has now; see https://prometheus.io/docs/prometheus/latest/querying/basics/ */
  async query(expression: string): Promise<number[]> {
    return (await this.samples(expression)).map(({ value }) => value)
  }

  /**
   * @returns the series that an expression has now
   * @throws Error that says what Prometheus has against it
   */
  async samples(expression: string): Promise<Sample[]> {
    const response = await fetch(`${this.url}/api/v1/query?query=${encodeURIComponent(expression)}`)
    const answer = (await response.json()) as Answer
    if (answer.status === 'error') throw new Error(`Prometheus refuses ${expression}: ${answer.error}`)
    return answer.data.result.map(({ metric: labels, value: [, value] }) => ({ labels, value: Number(value) }))
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGTERM')
      await once(this.#child, 'exit')
    }
    rmSync(this.#folder, { recursive: true })
  }

  #isReady(): Promise<boolean> {
    return fetch(`${this.url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  }
}

type Answer =
  | { readonly status: 'error'; readonly error: string }
  | { readonly status: 'success'; readonly data: { readonly result: readonly Result[] } }

interface Result {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [time: number, value: string]
}
