import { expect, test } from 'vitest'

import { measurementOf } from '../testing/measurement.ts'
import { reportOf } from './report.ts'

test('a report refers to nothing outside of itself', async () => {
  const html = await reportOf(measurementOf('ramp'))
  expect(html).not.toMatch(/\b(?:src|href)=|@import|url\(|<script|<link/)
})

test('what was typed is text, whatever it says', async () => {
  const html = await reportOf({ ...measurementOf('ramp'), command: 'quartet bench \'</code><b onclick="x">&' })
  expect(html).toContain('quartet bench &#39;&lt;/code&gt;&lt;b onclick=&quot;x&quot;&gt;&amp;')
})

test('a load without a request is reported too', async () => {
  const measurement = { ...measurementOf('steady'), moments: [], seconds: 0, functions: ['predict'] }
  expect(await reportOf(measurement)).not.toMatch(/NaN|Infinity|undefined/)
})

test('all numbers of a report are numbers', async () => {
  expect(await reportOf(measurementOf('ramp'))).not.toMatch(/NaN|Infinity|undefined/)
})
