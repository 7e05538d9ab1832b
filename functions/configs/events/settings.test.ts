import { expect, test } from 'vitest'

import {
  configure,
  SettingsError,
  type Configuration,
  type Environment,
} from '../../_runtime/settings/configuration.ts'
import { ConfigsSettings } from '../schema.ts'
import type { EventsSettings } from './settings.ts'

function eventsOf(env: Environment, events?: unknown): EventsSettings {
  const preset = { database: { url: 'postgres://somebody@localhost/db' }, events }
  return configure('configs', ConfigsSettings, { env, preset }).settings.events
}

function findings(env: Environment, events?: unknown): string {
  try {
    eventsOf(env, events)
  } catch (error) {
    if (error instanceof SettingsError) return error.message
    throw error
  }
  throw new Error('The settings are right.')
}

test('without an address there are no events', () => {
  expect(eventsOf({})).toMatchObject({ mode: 'binary', source: '/configs', overrides: { extensions: {} } })
  expect(eventsOf({}).sink).toBeUndefined()
})

test('what a SinkBinding sets is understood', () => {
  const env = { K_SINK: 'http://broker.local/default', K_CE_OVERRIDES: '{"extensions":{"team":"blue"},"other":1}' }
  expect(eventsOf(env)).toMatchObject({
    sink: 'http://broker.local/default',
    overrides: { extensions: { team: 'blue' } },
  })
})

test('our own variable stands over that of the platform, which stands over the file', () => {
  const env = { K_SINK: 'http://platform/' }
  expect(eventsOf(env, { sink: 'http://file/' }).sink).toBe('http://platform/')
  expect(eventsOf({ ...env, CONFIGS_EVENTS_SINK: 'http://own/' }).sink).toBe('http://own/')
  expect(eventsOf({ K_SINK: '' }, { sink: 'http://file/' }).sink).toBe('http://file/')
})

test('overrides can be written in the file', () => {
  expect(eventsOf({}, { overrides: { extensions: { team: 'blue' } } }).overrides).toEqual({
    extensions: { team: 'blue' },
  })
})

test.each(['ftp://sink/', 'sink.local', 'http://', 'http://user:hunter2@sink/', '/events'])(
  '%s is no address, which is said with the name of the variable',
  (sink) => {
    expect(findings({ K_SINK: sink })).toBe(
      'environment K_SINK: events.sink: Expected http://host:port/path or https://host:port/path, without a user',
    )
  },
)

test.each([
  ['{"extensions":{"id":"1"}}', 'Every event has an attribute of this name already'],
  ['{"extensions":{"Team":"blue"}}', 'lower-case'],
  ['{"extensions":{"team":1}}', 'expected string'],
  ['{"extensions":{"team":"a\\u0000"}}', 'control characters'],
  ['{"extensions":', 'expected object'],
  ['[]', 'expected object'],
])('K_CE_OVERRIDES %s is refused', (text, reason) => {
  const message = findings({ K_CE_OVERRIDES: text })
  expect(message).toContain('environment K_CE_OVERRIDES: events.overrides')
  expect(message).toContain(reason)
})

test.each(['', 'a b', 'a"b', 'a<b>'])('the source %j is no URI reference', (source) => {
  expect(findings({}, { source })).toContain('Expected a URI reference')
})

test('the feature needs to know its brokers and its topic', () => {
  const kafka = { topic: 'configs' }
  expect(() => kafkaSettings(kafka, true)).toThrow(
    'set CONFIGS_EVENTS_KAFKA_BROKERS: events.kafka.brokers: Is needed, since features.kafka is true',
  )
  expect(kafkaSettings(kafka, false).settings.events.kafka.topic).toBe('configs')
})

test('the password of the brokers is never shown', () => {
  const sasl = { mechanism: 'plain', username: 'quartet', password: 'known-to-few' }
  const { effective } = kafkaSettings({ sasl }, false)
  expect(JSON.stringify(effective)).not.toContain('known-to-few')
  expect(effective.find(({ path }) => path.at(-1) === 'password')?.value).toBe('***')
})

test.each(['one', 'one:x', 'http://one:9092', 'one:9092, two:9092', ''])('the brokers %j are refused', (brokers) => {
  expect(() => kafkaSettings({ brokers }, false)).toThrow('Expected host:port, several with commas between')
})

function kafkaSettings(kafka: unknown, isOn: boolean): Configuration<ConfigsSettings> {
  const database = { url: 'postgres://somebody@localhost/db' }
  const preset = { database, features: { kafka: isOn }, events: { kafka } }
  return configure('configs', ConfigsSettings, { env: {}, preset })
}
