import { join } from 'node:path'

import type { Measurement } from '../comparison.ts'
import { serverProcessor, warmUpSeconds } from '../conditions.ts'
import { residentMB } from '../memory.ts'
import type { ConfigsPeer } from '../peers/configs/configs-peer.ts'
import { onProcessor } from '../processor.ts'
import { startServer, type ServerProcess } from '../server-process.ts'
import { runWrk } from '../wrk.ts'
import { checkAnswers, store } from './answers.ts'
import type { DatabaseServer } from './database-server.ts'

export const loads = ['GET', 'POST + PUT'] as const
export type LoadName = (typeof loads)[number]

const scripts: Readonly<Record<LoadName, string>> = { GET: 'reads.lua', 'POST + PUT': 'writes.lua' }
/** Configs that are there before a load. */
const stored = 1000

/** A peer, under its loads. */
export class Contestant {
  readonly peer: ConfigsPeer
  readonly #databases: DatabaseServer

  constructor(peer: ConfigsPeer, databases: DatabaseServer) {
    this.peer = peer
    this.#databases = databases
  }

  /** @throws Error when it answers wrong */
  check(): Promise<void> {
    return this.#serve(({ port }) => checkAnswers(urlOf(port)))
  }

  /** Measures a process of its own on a database of its own, after it has been warmed up. */
  measure(load: LoadName, seconds: number): Promise<Measurement> {
    return this.#serve(async ({ port, pid }) => {
      const script = join(import.meta.dirname, scripts[load])
      const run = async (prefix: string, duration: number): Promise<Omit<Measurement, 'memoryMB'>> => {
        await store(urlOf(port), prefix, stored)
        await this.#databases.settle()
        return runWrk({ url: urlOf(port), seconds: duration, script, argv: [prefix, String(stored)] })
      }
      await run('warm-up', warmUpSeconds)
      return { ...(await run('measured', seconds)), memoryMB: residentMB(pid) }
    })
  }

  async #serve<Result>(use: (server: ServerProcess) => Promise<Result>): Promise<Result> {
    const { name, command, env, createTables } = this.peer
    await using database = await this.#databases.create()
    await createTables(database.url)
    const server = await startServer({
      name,
      command: onProcessor(serverProcessor, command),
      env: { ...env, DATABASE_URL: database.url },
      request: { line: 'GET /configs/nothing' },
      status: 404,
    })
    try {
      return await use(server)
    } finally {
      await server.stop()
    }
  }
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}/configs`
}
