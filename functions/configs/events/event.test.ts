import { expect, test } from 'vitest'

import { messageOf } from '../../_runtime/events/message.ts'
import { eventOf, type Change } from './event.ts'

const change: Change = { name: 'edge', version: '17', kind: 'replaced', changedAt: new Date(1_700_000_000_123) }
const config = { name: 'edge', nameKey: 'dcname', metadata: '{"z":1.0,"a":12345678901234567890}' } as const
const settings = { source: '/configs', overrides: { extensions: { team: 'blue' } } }
const removal: Change = { ...change, kind: 'removed' }

test('in binary mode attributes are headers and the document is the body', () => {
  expect(messageOf(eventOf(change, config, settings), 'binary')).toEqual({
    headers: {
      'ce-specversion': '1.0',
      'ce-id': '17',
      'ce-source': '/configs',
      'ce-type': 'dev.quartet.configs.config.replaced',
      'ce-subject': 'edge',
      'ce-time': '2023-11-14T22:13:20.123Z',
      'ce-team': 'blue',
      'content-type': 'application/json',
    },
    body: '{"dcname":"edge","metadata":{"z":1.0,"a":12345678901234567890}}',
  })
})

test('in structured mode all is one document, and the digits of numbers are kept', () => {
  const { headers, body } = messageOf(eventOf(change, config, settings), 'structured')
  expect(headers).toEqual({ 'content-type': 'application/cloudevents+json; charset=utf-8' })
  expect(body).toContain(',"data":{"dcname":"edge","metadata":{"z":1.0,"a":12345678901234567890}}}')
  expect(JSON.parse(body)).toMatchObject({
    specversion: '1.0',
    id: '17',
    subject: 'edge',
    team: 'blue',
    datacontenttype: 'application/json',
    data: { dcname: 'edge' },
  })
})

test('a removal has no data, and no type of it', () => {
  const event = eventOf(removal, undefined, settings)
  const { headers, body } = messageOf(event, 'binary')
  expect({ type: headers['ce-type'], body }).toEqual({ type: 'dev.quartet.configs.config.removed', body: '' })
  expect(headers).not.toHaveProperty('content-type')
  const document = JSON.parse(messageOf(event, 'structured').body) as object
  expect(document).toMatchObject({ id: '17', type: 'dev.quartet.configs.config.removed' })
  expect(Object.keys(document)).not.toEqual(expect.arrayContaining(['data', 'datacontenttype']))
})

test('the event of a change is the same whenever it is made', () => {
  expect(eventOf(change, config, settings)).toEqual(eventOf({ ...change }, { ...config }, settings))
})
