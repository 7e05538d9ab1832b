import { join } from 'node:path'

import { afterEach, expect, test } from 'vitest'

import { ContendingClient } from '../testing/contending-client.ts'
import { ContestedConfig } from '../testing/contested-config.ts'
import { crash } from '../testing/crash.ts'
import { Workplace } from '../testing/workplace.ts'
import { startPostgres } from './embedded-postgres.ts'
import { freePort } from './free-port.ts'
import { readPostmaster } from './postmaster.ts'
import { sleep } from './sleep.ts'

const crashes = Number(process.env['LINEARIZABILITY_CRASHES'] ?? 5)
const groups = 6
const clientsOfGroup = 4
/** Time for which one config is contended for. */
const contestMs = 2000
const queryTimeoutMs = 2000

let workplace: Workplace

afterEach(() => workplace.close())

/**
 * Two processes of configs and 24 clients, while their database is killed and started again: whoever gets an answer can
 * rely on it. A client's own writes come before its reads, so no read is stale to the client that wrote.
 */
test(
  `what clients of two processes are told can be put in order, while the database crashes ${crashes} times`,
  { timeout: 60_000 + crashes * 15_000 },
  async () => {
    workplace = new Workplace()
    const folder = join(workplace.folder, 'server')
    const port = await freePort()
    let server = await startPostgres(folder, { port })
    const env = { DATABASE_URL: server.url, DATABASE_QUERY_TIMEOUT_MS: String(queryTimeoutMs) }
    const urls: string[] = []
    // The first of them migrates.
    for (let count = 0; count < 2; count += 1) urls.push(await workplace.start(['configs'], env).url())
    const ports = urls.map((url) => Number(new URL(url).port))

    const configs: ContestedConfig[] = []
    const clients: ContendingClient[] = []
    const over = new AbortController()
    const contest = async (group: number): Promise<void> => {
      const contenders = ports.flatMap((each) => {
        return Array.from({ length: clientsOfGroup / ports.length }, () => new ContendingClient(each))
      })
      clients.push(...contenders)
      for (let round = 0; !over.signal.aborted; round += 1) {
        const config = new ContestedConfig(`contested-${group}-${round}`)
        configs.push(config)
        const until = performance.now() + contestMs
        await Promise.all(contenders.map((client) => client.contend(config, until)))
      }
    }
    const contests = Promise.all(Array.from({ length: groups }, (_, group) => contest(group)))

    for (let count = 0; count < crashes; count += 1) {
      await sleep(1500 + Math.random() * 2000)
      const postmaster = readPostmaster(join(folder, 'data'))
      if (!postmaster) throw new Error('PostgreSQL is not running.')
      await crash(postmaster.pid)
      await server.stop()
      await sleep(Math.random() * 1000)
      server = await startPostgres(folder, { port })
      await wroteAgain(configs)
    }
    over.abort()
    await contests

    // What was acknowledged is still there when all is quiet.
    const reader = new ContendingClient(ports[0] ?? 0)
    for (const config of configs) await reader.read(config)
    const flaws = configs.flatMap((config) => config.flaws())
    for (const client of [...clients, reader]) client.close()
    expect(flaws.join('\n\n')).toBe('')
    expect(Math.max(...clients.map(({ slowestMs }) => slowestMs))).toBeLessThan(queryTimeoutMs * 4)
    await server.stop()
  },
)

/** Waits until changes are made again, so that the next crash has some to lose. */
async function wroteAgain(configs: readonly ContestedConfig[]): Promise<void> {
  const before = changesIn(configs)
  await expect.poll(() => changesIn(configs), { timeout: 20_000 }).toBeGreaterThan(before + 100)
}

function changesIn(configs: readonly ContestedConfig[]): number {
  const operations = configs.flatMap(({ history }) => history)
  return operations.filter(({ action }) => action.kind === 'write' && action.answer === 'changed').length
}
