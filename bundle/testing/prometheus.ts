import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { sleep } from '../../scripts/local/sleep.ts'

const rates = 'global: { scrape_interval: 1s, scrape_timeout: 1s }'

/** A real Prometheus, which scrapes one address each second. */
export class Prometheus {
  readonly #url: string
  readonly #folder: string
  readonly #child: ChildProcess

  private constructor(url: string, folder: string, child: ChildProcess) {
    this.#url = url
    this.#folder = folder
    this.#child = child
  }

  /**
   * @param port a free one
   * @param target host and port of what is scraped
   */
  static async start(port: number, target: string): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'quartet-prometheus-'))
    const jobs = `scrape_configs: [{ job_name: quartet, static_configs: [{ targets: ['${target}'] }] }]`
    const configuration = join(folder, 'prometheus.yml')
    writeFileSync(configuration, `${rates}\n${jobs}\n`)
    const address = `127.0.0.1:${port}`
    const child = spawn(
      'prometheus',
      [
        `--config.file=${configuration}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=${address}`,
      ],
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
    const response = await fetch(`${this.#url}/api/v1/query?query=${encodeURIComponent(expression)}`)
    const answer = (await response.json()) as Answer
    return answer.data.result.map(({ value: [, value] }) => Number(value))
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGTERM')
      await once(this.#child, 'exit')
    }
    rmSync(this.#folder, { recursive: true })
  }

  #isReady(): Promise<boolean> {
    return fetch(`${this.#url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  }
}

interface Answer {
  readonly data: { readonly result: readonly { readonly value: readonly [time: number, value: string] }[] }
}
