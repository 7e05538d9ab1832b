import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { migratedDatabase, type TestDatabase } from '../../_runtime/testing/database.ts'
import { ConfigSearch } from './search.ts'
import { pathTerm, valueTerm } from './search-term.ts'
import { migrations } from '../testing/open-configs.ts'

let database: TestDatabase
let sql: postgres.Sql
const asked: { readonly query: string; readonly parameters: postgres.ParameterOrJSON<never>[] }[] = []

const rows = 20_000
const limit = 100

beforeAll(async () => {
  database = await migratedDatabase('configs', migrations)
  sql = postgres(database.url, {
    max: 1,
    onnotice: () => {},
    debug: (_connection, query, parameters) => asked.push({ query, parameters }),
  })
  await sql`
    insert into configs.configs (name, name_key, metadata)
    select 'config-' || n, 'name', json_build_object('even', n % 2 = 0, 'team', n % 1000, 'serial', n)
    from generate_series(1, ${rows}::int) as n`
  await sql`vacuum analyze configs.configs, configs.terms`
}, 60_000)

afterAll(async () => {
  await sql.end()
  await database.drop()
})

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly Plans?: readonly PlanNode[]
}

type Query = Partial<Parameters<ConfigSearch['find']>[0]>

/** What PostgreSQL reads of its tables to answer a search, in the plan that it had. */
async function readsOf(query: Query): Promise<{ readonly from: string; readonly rows: number }[]> {
  const search = new ConfigSearch({ run: (work) => work(sql) })
  await search.find({ conditions: [], prefix: '', after: '', limit, ...query })
  const { query: text, parameters } = asked.at(-1) ?? { query: '', parameters: [] }
  const [row] = await sql.unsafe<{ 'QUERY PLAN': [{ readonly Plan: PlanNode }] }[]>(
    `explain (analyze, format json) ${text}`,
    parameters,
  )
  const nodes = row ? nodesOf(row['QUERY PLAN'][0].Plan) : []
  return nodes
    .filter((node) => node['Relation Name'] !== undefined)
    .map((node) => {
      const from = node['Index Name'] ?? `${node['Node Type']} of ${node['Relation Name']}`
      return { from, rows: node['Actual Rows'] * node['Actual Loops'] }
    })
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

const even = { term: valueTerm(['even'], 'true'), isWanted: true }
const team = { term: valueTerm(['team'], '8'), isWanted: true }
const serial = { term: valueTerm(['serial'], '77'), isWanted: true }
const serialExists = { term: pathTerm(['serial']), isWanted: true }
const teamExists = { term: pathTerm(['team']), isWanted: true }

test.each([
  ['an equality that half of all match', { conditions: [even] }],
  ['an equality that half of all match, in the middle', { conditions: [even], after: 'config-17' }],
  ['a path that all have', { conditions: [teamExists] }],
  ['an equality that few match', { conditions: [team] }],
  ['an equality that one matches', { conditions: [serial] }],
  ['an equality of names that begin so', { conditions: [even], prefix: 'config-17' }],
  ['an equality that none matches', { conditions: [{ ...even, term: valueTerm(['even'], 'never') }] }],
] satisfies [string, Query][])('%s reads no more than a page, from an index', async (_, query) => {
  const reads = await readsOf(query)
  expect(new Set(reads.map(({ from }) => from))).toEqual(new Set(['terms_pkey', 'configs_pkey']))
  for (const { rows: read } of reads) expect(read).toBeLessThanOrEqual(limit + 1)
})

const most = { path: ['serial'], operator: 'gte', operand: '500' } as const
const named = { path: ['team'], operator: 'prefix', operand: '8' } as const

test.each([
  ['a comparison that most match', { conditions: [{ ...serialExists, comparison: most }] }],
  ['an equality and a comparison', { conditions: [even, { ...serialExists, comparison: most }] }],
  ['an equality that few match and a comparison', { conditions: [{ ...teamExists, comparison: named }, team] }],
  ['two equalities', { conditions: [even, team] }],
  ['two in the other order', { conditions: [team, even] }],
  ['an equality and what must not be', { conditions: [even, { ...team, isWanted: false }] }],
] satisfies [string, Query][])('%s are served by the index', async (_, query) => {
  const reads = await readsOf(query)
  expect(new Set(reads.map(({ from }) => from))).toEqual(new Set(['terms_pkey', 'configs_pkey']))
  // Of a half and a thousandth of all, the plan begins with the thousandth, or does not get far.
  for (const { rows: read } of reads) expect(read).toBeLessThan(rows / 20)
})
