import { join } from 'node:path'

import postgres from 'postgres'
import { afterEach, expect, test } from 'vitest'

import { EventSink } from '../../functions/configs/events/testing/event-sink.ts'
import { crash } from '../testing/crash.ts'
import type { QuartetProcess } from '../testing/quartet-process.ts'
import { Workplace } from '../testing/workplace.ts'
import { startPostgres } from './embedded-postgres.ts'
import { freePort } from './free-port.ts'
import { readPostmaster } from './postmaster.ts'
import { sleep } from './sleep.ts'

const patience = { timeout: 90_000 }
const names = Array.from({ length: 10 }, (_, index) => `config-${index}`)

let workplace: Workplace
let sink: EventSink

afterEach(async () => {
  await workplace.close()
  await sink.close()
})

/** Changes configs, through whichever process answers, until it is told to end. */
class Writers {
  readonly #over = new AbortController()
  readonly #done: Promise<unknown>
  changes = 0

  /** @param urls of the processes that run now */
  constructor(urls: readonly string[]) {
    this.#done = Promise.all(names.flatMap((name) => urls.map((_, index) => this.#write(name, urls, index))))
  }

  async end(): Promise<void> {
    this.#over.abort()
    await this.#done
  }

  /** Waits for so many changes and so long that another process has begun to send. */
  async more(): Promise<void> {
    const before = this.changes
    await sleep(3000)
    while (this.changes < before + 50) await sleep(50)
  }

  async #write(name: string, urls: readonly string[], first: number): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    for (let n = first; !this.#over.signal.aborted; n += 1) {
      const url = `${urls[n % urls.length]}/configs/${name}`
      const body = JSON.stringify({ name, metadata: { n } })
      const init = n % 7 === 6 ? { method: 'DELETE' } : { method: 'PUT', headers, body }
      const status = await fetch(`${url}?create=true`, init).then(
        (response) => response.arrayBuffer().then(() => response.status),
        () => 0,
      )
      if (status >= 200 && status < 300) this.changes += 1
      await sleep(5)
    }
  }
}

test(
  'every change arrives in the order of its config, whatever is killed: processes that send, the sink, the database',
  { timeout: 300_000 },
  async () => {
    workplace = new Workplace()
    sink = await EventSink.open()
    sink.behavior = () => sleep(Math.random() * 4)
    const folder = join(workplace.folder, 'server')
    const port = await freePort()
    let server = await startPostgres(folder, { port })
    const env = { DATABASE_URL: server.url, K_SINK: sink.url }
    const processes: QuartetProcess[] = []
    // The first of them migrates.
    const urls: string[] = []
    for (let count = 0; count < 3; count += 1) {
      const started = workplace.start(['configs'], env)
      processes.push(started)
      urls.push(await started.url())
    }
    const writers = new Writers(urls)
    await writers.more()

    await processes[0]?.kill()
    await writers.more()

    await sink.close()
    await writers.more()
    await sink.listen()

    const postmaster = readPostmaster(join(folder, 'data'))
    if (!postmaster) throw new Error('PostgreSQL is not running.')
    await crash(postmaster.pid)
    await server.stop()
    server = await startPostgres(folder, { port })
    await writers.more()

    await processes[1]?.kill()
    await writers.more()
    await writers.end()

    const sql = postgres(server.url, { max: 1 })
    const rows = await sql<{ name: string; version: string }[]>`
      select name, version from configs.changes order by version`
    const changes = Map.groupBy(rows, ({ name }) => name)
    const made = new Map([...changes].map(([name, those]) => [name, those.map(({ version }) => version)]))
    // The first time that each was taken.
    const arrived = (): Map<string, string[]> =>
      new Map([...sink.idsByName].map(([name, ids]) => [name, [...new Set(ids)]]))
    const missing = (): number => rows.length - [...arrived().values()].flat().length
    await fetch(`${urls[2]}/configs`)
    await expect.poll(missing, patience).toBe(0)
    expect(arrived()).toEqual(made)
    expect(await sql`select from configs.undelivered`).toHaveLength(0)
    await sql.end()
    await server.stop()
  },
)
