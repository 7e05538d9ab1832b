import { join } from 'node:path'

import { expect, test } from 'vitest'

import { Program } from '../../../bundle/program.ts'
import { freePort } from '../../../scripts/local/free-port.ts'

test('an event that comes is in the log whole, in a form in which it can be sent again', async () => {
  const port = await freePort()
  const program = Program.spawn([join(import.meta.dirname, 'dead-letters.cjs')], port, {})
  const headers = {
    'ce-specversion': '1.0',
    'ce-id': '3',
    'ce-subject': 'page%203',
    'content-type': 'application/json',
  }
  try {
    await expect
      .poll(async () =>
        fetch(program.url).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(405)
    expect((await fetch(program.url, { method: 'POST', headers, body: '{"n":1}' })).status).toBe(202)
    await expect.poll(() => program.output).toContain('\n')
    expect(JSON.parse(program.output)).toMatchObject({
      msg: 'dead letter',
      event: {
        specversion: '1.0',
        id: '3',
        subject: 'page 3',
        datacontenttype: 'application/json',
        data_base64: Buffer.from('{"n":1}').toString('base64'),
      },
    })
    program.signal('SIGTERM')
    expect(await program.ended()).toBe(0)
  } finally {
    await program.stop()
  }
})
