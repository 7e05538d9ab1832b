import { expect, test } from 'vitest'

import { statementName } from './statement-name.ts'

test.for([
  ['select 1', 'SELECT'],
  ['begin isolation level repeatable read', 'BEGIN'],
  ['  select name from configs.configs where name = $1', 'SELECT configs.configs'],
  ['insert into configs.configs (name) select $1 on conflict (name) do update set name = $2', 'INSERT configs.configs'],
  [
    'with gone as (delete from metrics.processes returning *) update metrics.totals set value = 1',
    'DELETE metrics.processes UPDATE metrics.totals',
  ],
  ['select 1 from a.a join a.b using (n) join a.c using (n) join a.d using (n)', 'SELECT a.a SELECT a.b SELECT a.c'],
  ['select 1 -- from configs.configs', 'SELECT'],
  ['select * from a.a as one, lateral (select * from a.a) as other', 'SELECT a.a'],
  ['', 'SQL'],
])('%j is called %s', ([text = '', name]) => {
  expect(statementName(text)).toBe(name)
})
