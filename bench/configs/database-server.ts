import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import postgres, { type Sql } from 'postgres'

import { startPostgres, type EmbeddedPostgres } from '../../scripts/local/embedded-postgres.ts'

interface EmptyDatabase extends AsyncDisposable {
  readonly url: string
}

/** One server for all, on the processors of this process, with the settings that it comes with: what is committed is on disk. */
export class DatabaseServer {
  readonly #folder: string
  readonly #server: EmbeddedPostgres
  readonly #sql: Sql

  static async start(): Promise<DatabaseServer> {
    const folder = mkdtempSync(join(tmpdir(), 'quartet-configs-'))
    return new DatabaseServer(folder, await startPostgres(folder))
  }

  private constructor(folder: string, server: EmbeddedPostgres) {
    this.#folder = folder
    this.#server = server
    this.#sql = postgres(server.url, { max: 1, onnotice: () => {} })
  }

  async create(): Promise<EmptyDatabase> {
    await this.#sql`create database measured`
    const url = new URL(this.#server.url)
    url.pathname = '/measured'
    return {
      url: url.href,
      [Symbol.asyncDispose]: async () => {
        await this.#sql`drop database measured with (force)`
      },
    }
  }

  /** Writes what it would write during the next load otherwise. */
  async settle(): Promise<void> {
    await this.#sql`checkpoint`
  }

  async stop(): Promise<void> {
    await this.#sql.end()
    await this.#server.stop()
    rmSync(this.#folder, { recursive: true })
  }
}
