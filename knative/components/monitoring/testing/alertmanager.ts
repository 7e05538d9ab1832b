import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'

import * as z from 'zod/mini'

import { sleep } from '../../../../scripts/local/sleep.ts'

const Message = z.object({ alerts: z.array(z.object({ labels: z.record(z.string(), z.string()) })) })
const receivers = ['pager', 'tickets'] as const
const secrets = '/etc/alertmanager/secrets/alertmanager-receivers'

/** A real Alertmanager with alertmanager.yaml, which tells what it has told whom. */
export class Alertmanager {
  /** By receiver, the names of the alerts it was told of. */
  readonly told = { pager: [] as string[], tickets: [] as string[] }
  /** Host and port. */
  readonly address: string
  readonly #folder: string
  readonly #server: Server
  #child: ChildProcess | undefined

  private constructor(port: number) {
    this.address = `127.0.0.1:${port}`
    this.#folder = mkdtempSync(join(tmpdir(), 'quartet-alertmanager-'))
    this.#server = createServer((request, response) => {
      void this.#hear(request).finally(() => response.end())
    })
  }

  /** @param port a free one */
  static async start(port: number): Promise<Alertmanager> {
    const alertmanager = new Alertmanager(port)
    await alertmanager.#listen()
    alertmanager.#spawn()
    while (!(await alertmanager.#isReady())) {
      if (alertmanager.#child?.exitCode !== null)
        throw new Error('Alertmanager ended: it does not take its configuration.')
      await sleep(50)
    }
    return alertmanager
  }

  /** Raises alerts, as Prometheus does. */
  async raise(...alerts: readonly Readonly<Record<string, string>>[]): Promise<void> {
    const response = await fetch(`http://${this.address}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts.map((labels) => ({ labels }))),
    })
    if (!response.ok) throw new Error(`Alertmanager refuses the alerts: ${await response.text()}`)
  }

  async stop(): Promise<void> {
    if (this.#child?.exitCode === null) {
      this.#child.kill('SIGTERM')
      await once(this.#child, 'exit')
    }
    this.#server.closeAllConnections()
    this.#server.close()
    rmSync(this.#folder, { recursive: true })
  }

  async #hear(request: IncomingMessage): Promise<void> {
    const names = Message.parse(await json(request)).alerts.map(({ labels }) => labels['alertname'] ?? '')
    this.told[request.url === '/pager' ? 'pager' : 'tickets'].push(...names)
  }

  async #listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The server has no port.')
    for (const name of receivers) writeFileSync(join(this.#folder, name), `http://127.0.0.1:${address.port}/${name}`)
  }

  #spawn(): void {
    const configuration = join(this.#folder, 'alertmanager.yaml')
    const text = readFileSync(join(import.meta.dirname, '../alertmanager.yaml'), 'utf8')
    // Nobody waits here for what else may come.
    writeFileSync(
      configuration,
      text.replaceAll(secrets, this.#folder).replaceAll(/group_wait: \d+s/g, 'group_wait: 1s'),
    )
    this.#child = spawn(
      'alertmanager',
      [
        `--config.file=${configuration}`,
        `--storage.path=${join(this.#folder, 'data')}`,
        `--web.listen-address=${this.address}`,
        '--cluster.listen-address=',
      ],
      { stdio: 'ignore' },
    )
  }

  #isReady(): Promise<boolean> {
    return fetch(`http://${this.address}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  }
}
