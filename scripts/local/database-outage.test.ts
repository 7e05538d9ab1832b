import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { migrate } from '../../functions/_runtime/postgres/migrations.ts'
import { startHost } from '../../functions/_runtime/testing/test-host.ts'
import { configs } from '../../functions/configs/index.ts'
import { startPostgres } from './embedded-postgres.ts'
import { freePort } from './free-port.ts'

const migrations = join(import.meta.dirname, '../../functions/configs/migrations')

test(
  'configs answers 503 while its database is stopped, and is itself again when it is back',
  { timeout: 90_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'quartet-outage-'))
    const port = await freePort()
    let server = await startPostgres(folder, { port })
    await migrate(server.url, 'configs', migrations)
    const host = await startHost(configs, { logLevel: 'silent', database: { url: server.url } })
    const ask = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${host.port}${path}`)
    try {
      const before = await ask('/configs/datacenter-1')
      expect(before.status).toBe(200)
      await server.stop()

      // One at a time and many at once, on connections from before and on none.
      const during = [
        await ask('/configs'),
        ...(await Promise.all(Array.from({ length: 20 }, () => ask('/configs/datacenter-1')))),
      ]
      for (const { status, headers } of during) {
        expect(status).toBe(503)
        expect(headers.get('retry-after')).toMatch(/^\d+$/)
        expect(headers.get('content-type')).toBe('application/problem+json')
      }
      expect((await ask('/readyz')).status).toBe(503)
      expect((await ask('/livez')).status).toBe(200)

      server = await startPostgres(folder, { port })
      await expect.poll(async () => (await ask('/readyz')).status, { timeout: 15_000 }).toBe(200)
      const after = await ask('/configs/datacenter-1')
      expect(after.status).toBe(200)
      expect(await after.text()).toBe(await before.text())
    } finally {
      await host.stop()
      await server.stop()
      rmSync(folder, { recursive: true })
    }
  },
)
