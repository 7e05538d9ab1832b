import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Sql } from 'postgres'

import { migrate } from '../functions/_runtime/postgres/migrations.ts'

export const migrations = join(import.meta.dirname, '..', 'functions/configs/migrations')

/** Stores configs such as those of the first migration, in the tables that there were before search. */
export async function fillBeforeSearch(sql: Sql, url: string, rows: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'quartet-'))
  try {
    for (const name of ['001_configs.sql', '002_versions.sql']) cpSync(join(migrations, name), join(folder, name))
    await migrate(url, 'configs', folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
  await sql`
    insert into configs.configs (name, name_key, metadata)
    select 'datacenter-' || lpad(n::text, 7, '0'), 'name', json_build_object(
      'limits', json_build_object('cpu', json_build_object('enabled', n % 3 > 0, 'value', n % 40 * 50 || 'm')),
      'monitoring', json_build_object('enabled', n % 2 = 0),
      'team', 'team-' || n % 1000,
      'serial', n
    )
    from generate_series(1, ${rows}::int) as n`
  await sql`vacuum analyze configs.configs`
}
