import type { LongTransaction } from '../../_runtime/postgres/long-transaction.ts'
import { documentText } from '../documents/document.ts'
import { beginningWith } from '../lists/name-prefix.ts'
import type { Config } from '../store/store.ts'
import type { FirstLine, LastLine } from './file-line.ts'

/** So many documents of this size are a few megabytes; a larger one is read by itself. */
const batchRows = 100
const smallBytes = 16_384
const partCharacters = 100_000

interface Row extends Omit<Config, 'metadata'> {
  /** Null of a document that is larger than small. */
  readonly metadata: string | null
}

/**
 * Writes a file of all configs whose names begin so, by name, as they are at one moment.
 * @param transaction one whose queries all see the same
 */
export async function* exportFile(
  transaction: LongTransaction,
  prefix: string,
): AsyncGenerator<string, void, undefined> {
  let configs = 0
  // By a cursor, which is gone with its connection: the driver would ask on another one, at another moment.
  await transaction.ask(
    (sql) => sql`
      declare export no scroll cursor for
      select name, name_key as "nameKey",
        case when octet_length(metadata::text) <= ${smallBytes} then metadata::text end as metadata
      from configs.configs where true ${beginningWith(sql, prefix)} order by name`,
  )
  // Not sent alone: a database that is away is answered with a problem only where nothing was sent before.
  let text = lineOf({ export: 'configs', form: 1, prefix })
  for (;;) {
    const rows = await transaction.ask((sql) => sql<Row[]>`fetch ${sql.unsafe(String(batchRows))} from export`)
    if (rows.length === 0) break
    configs += rows.length
    for (const row of rows) {
      const metadata = row.metadata ?? (await large(transaction, row.name))
      text += `${documentText({ ...row, metadata })}\n`
      if (text.length < partCharacters) continue
      yield text
      text = ''
    }
    if (text !== '') yield text
    text = ''
  }
  yield text + lineOf({ complete: true, configs })
}

async function large(transaction: LongTransaction, name: string): Promise<string> {
  const [row] = await transaction.ask(
    (sql) => sql<{ metadata: string }[]>`select metadata::text as metadata from configs.configs where name = ${name}`,
  )
  if (!row) throw new Error(`The config "${name}" went while it was exported.`)
  return row.metadata
}

function lineOf(value: FirstLine | LastLine): string {
  return `${JSON.stringify(value)}\n`
}
