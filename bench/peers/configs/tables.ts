import { join } from 'node:path'

import postgres from 'postgres'

/** Makes the table that all peers have. */
export async function createTables(url: string): Promise<void> {
  const sql = postgres(url, { max: 1 })
  try {
    await sql.file(join(import.meta.dirname, 'schema.sql'))
  } finally {
    await sql.end()
  }
}
