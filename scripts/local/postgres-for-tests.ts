import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { TestProject } from 'vitest/node'

import { startPostgres } from './embedded-postgres.ts'
import { readPostmaster } from './postmaster.ts'

const prefix = 'quartet-test-'
const settledMs = 60_000

/** Gives a test run a real PostgreSQL, and leaves nothing of it behind. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await endAbandoned()
  const folder = mkdtempSync(join(tmpdir(), prefix))
  const server = await startPostgres(folder)
  project.provide('postgresUrl', server.url)
  return async () => {
    await server.stop()
    rmSync(folder, { recursive: true })
  }
}

/** Ends the servers of test runs that were killed: who joins one and leaves it ends it, unless somebody else uses it. */
async function endAbandoned(): Promise<void> {
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(prefix))
  for (const folder of folders.map((name) => join(tmpdir(), name))) {
    // One that was made just now may belong to a run that is about to join it.
    if (!isRunning(folder) || Date.now() - statSync(folder).mtimeMs < settledMs) continue
    const server = await startPostgres(folder)
    await server.stop()
    if (!isRunning(folder)) rmSync(folder, { recursive: true, force: true })
  }
}

function isRunning(folder: string): boolean {
  return readPostmaster(join(folder, 'data')) !== undefined
}
