import { expect, test } from 'vitest'
import * as z from 'zod/mini'

import { configure, SettingsError, type Configuration, type Environment, type Finding } from './configuration.ts'
import { DatabaseSettings } from './database-settings.ts'
import { parseSettingsFile } from './settings-file.ts'
import { secrets } from './registries.ts'
import { RuntimeSettings } from './settings.ts'

const Settings = z.extend(RuntimeSettings, {
  database: z.prefault(DatabaseSettings, {}),
  targets: z._default(z.record(z.string(), z.url({ protocol: /^https?$/ })), {}),
  isEager: z._default(z.boolean(), false),
  maxHTTPHops: z._default(z.int(), 3),
})
type Settings = z.output<typeof Settings>

interface Given {
  readonly preset?: Readonly<Record<string, unknown>>
  /** The settings file's text. */
  readonly yaml?: string
  readonly env?: Environment
}

async function configured({ preset = {}, yaml, env = {} }: Given): Promise<Configuration<Settings>> {
  const file = yaml === undefined ? undefined : await parseSettingsFile('quartet.yaml', yaml)
  return configure('shop', Settings, { env, file, preset: { database: { url: 'postgres://preset' }, ...preset } })
}

async function findingsIn(given: Given): Promise<readonly Finding[]> {
  const error: unknown = await configured(given).then(
    () => new Error('The settings are right.'),
    (reason: unknown) => reason,
  )
  if (error instanceof SettingsError) return error.findings
  throw error
}

function originOf({ effective }: Configuration<Settings>, setting: string): string | undefined {
  return effective.find(({ path }) => path.join('.') === setting)?.origin
}

test('where nothing is set the defaults hold', async () => {
  const configuration = await configured({})
  expect(configuration.settings).toMatchObject({
    host: '0.0.0.0',
    port: 8080,
    limits: { inFlight: 1000 },
    isEager: false,
  })
  expect(originOf(configuration, 'port')).toBe('default')
})

const layers = [
  { origin: 'preset', preset: { port: 1, limits: { inFlight: 1 } } },
  { origin: 'quartet.yaml:1:1', yaml: 'port: 2' },
  { origin: 'quartet.yaml:2:8', yaml: 'port: 2\nshop: {port: 3, limits: {}}' },
  { origin: 'environment PORT', env: { PORT: '4' } },
  { origin: 'environment SHOP_PORT', env: { PORT: '4', SHOP_PORT: '5' } },
]

test.each([1, 2, 3, 4, 5])('of %d layers the last wins, and what it does not name stays', async (count) => {
  const given: Given & { origin?: string } = Object.assign({}, ...layers.slice(0, count))
  const configuration = await configured(given)
  expect(configuration.settings.port).toBe(count)
  expect(originOf(configuration, 'port')).toBe(given.origin)
  expect(configuration.settings.limits.inFlight).toBe(1)
})

test.each([
  ['LIMITS_IN_FLIGHT', '7', { limits: { inFlight: 7 } }],
  ['SHOP_LIMITS_IN_FLIGHT', '7', { limits: { inFlight: 7 } }],
  ['LOG_LEVEL', 'warn', { logLevel: 'warn' }],
  ['DATABASE_URL', 'postgres://host/db', { database: { url: 'postgres://host/db' } }],
  ['SHOP_DATABASE_POOL_SIZE', '9', { database: { poolSize: 9 } }],
  ['SHOP_IS_EAGER', 'true', { isEager: true }],
  ['SHOP_IS_EAGER', 'false', { isEager: false }],
  ['SHOP_MAX_HTTPHOPS', '5', { maxHTTPHops: 5 }],
  ['SCALE_MAX', '3', { scale: { max: 3 } }],
  ['PORT', '', { port: 8080 }],
  ['IS_EAGER', 'true', { isEager: false }],
])('%s=%s sets what it names', async (name, value, expected) => {
  expect((await configured({ env: { [name]: value } })).settings).toMatchObject(expected)
})

test('entries of a record have the rest of the name as their key', async () => {
  const env = { SHOP_TARGETS_CONFIGS: 'http://configs', SHOP_TARGETS_MY_OWN: 'https://own', SHOP_TARGETS_NONE: '' }
  const configuration = await configured({
    yaml: 'shop: {targets: {configs: "http://file", other: "http://other"}}',
    env,
  })
  expect(configuration.settings.targets).toEqual({
    configs: 'http://configs',
    my_own: 'https://own',
    other: 'http://other',
  })
  expect(originOf(configuration, 'targets.configs')).toBe('environment SHOP_TARGETS_CONFIGS')
  expect(originOf(configuration, 'targets.other')).toBe('quartet.yaml:1:42')
})

test.each([
  ['PORT', '80.5'],
  ['PORT', 'http'],
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['PORT', 'Infinity'],
  ['PORT', 'tcp://10.0.0.1:80'],
  ['LOG_LEVEL', 'loud'],
  ['SHOP_IS_EAGER', 'yes'],
  ['SHOP_LIMITS_IN_FLIGHT', '0'],
  ['SHOP_TARGETS_CONFIGS', 'not an address'],
  ['SHOP_TARGETS', 'http://configs'],
])('%s=%s is refused at its place', async (name, value) => {
  const findings = await findingsIn({ env: { [name]: value } })
  expect(findings.map(({ place }) => place)).toEqual([`environment ${name}`])
})

test('what Kubernetes tells of a Service with the name of the function is no setting', async () => {
  const { settings } = await configured({ env: { SHOP_PORT: 'tcp://10.0.0.1:80', PORT: '9000' } })
  expect(settings.port).toBe(9000)
})

test('every finding has its line and column, in the section and above it', async () => {
  const yaml = [
    'port: http',
    'shop:',
    '  limits:',
    '    inFlight: -1',
    '    nope: 1',
    '  isEager: "yes"',
    '  targets: {a: 1}',
  ]
  const findings = await findingsIn({ yaml: yaml.join('\n') })
  expect(findings.map(({ place, setting }) => `${place} ${setting}`)).toEqual([
    'quartet.yaml:1:1 port',
    'quartet.yaml:4:5 limits.inFlight',
    'quartet.yaml:5:5 limits.nope',
    'quartet.yaml:7:13 targets.a',
    'quartet.yaml:6:3 isEager',
  ])
})

test.each([
  ['shop: {prot: 1}', 'prot', 'quartet.yaml:1:8'],
  ['database: {size: 1}', 'database.size', 'quartet.yaml:1:12'],
  ['shop: 5', 'shop', 'quartet.yaml:1:1'],
  ['limits: 5', 'limits', 'quartet.yaml:1:1'],
  ['limits:', 'limits', 'quartet.yaml:1:1'],
  ['shop: {limits: [1]}', 'limits', 'quartet.yaml:1:8'],
  ['shop: {__proto__: {polluted: true}}', '__proto__', 'quartet.yaml:1:8'],
  ['limits: {__proto__: {polluted: true}}', 'limits.__proto__', 'quartet.yaml:1:10'],
  ['shop: {constructor: {prototype: {polluted: true}}}', 'constructor', 'quartet.yaml:1:8'],
])('%s is refused', async (yaml, setting, place) => {
  const findings = await findingsIn({ yaml })
  expect(findings.map((finding) => [finding.setting, finding.place])).toContainEqual([setting, place])
  expect({}).not.toHaveProperty('polluted')
})

test('a section that is empty sets nothing', async () => {
  expect((await configured({ yaml: 'shop:\n' })).settings.port).toBe(8080)
})

test('sections of other functions, and what a function does not have, are left to them', async () => {
  expect((await configured({ yaml: 'other: {port: 1, nonsense: 2}' })).settings.port).toBe(8080)
  const configuration = configure('plain', RuntimeSettings, {
    env: { DATABASE_URL: 'postgres://host/db' },
    file: await parseSettingsFile('quartet.yaml', 'database: {poolSize: 7}'),
    preset: { targets: { a: 'http://a' } },
  })
  expect(configuration.settings).not.toHaveProperty('database')
  expect(configuration.settings).not.toHaveProperty('targets')
})

test('a setting that is missing says where it can be set', () => {
  const Needy = z.strictObject({ database: z.prefault(DatabaseSettings, {}), key: z.string() })
  const attempt = (): unknown => configure('shop', Needy, { env: {}, preset: { database: { url: undefined } } })
  expect(attempt).toThrow('set DATABASE_URL: database.url: Expected postgres://')
  expect(attempt).toThrow('set SHOP_KEY: key: ')
})

test.each([
  ['DATABASE_URL', 'postgres://user:hunter2@host/db'],
  ['SHOP_DATABASE_URL', 'postgresql://hunter2@host/db'],
])('what %s has is never shown', async (name, value) => {
  const configuration = await configured({ env: { [name]: value } })
  expect(JSON.stringify(configuration.effective)).not.toContain('hunter2')
  expect(configuration.effective).toContainEqual({
    path: ['database', 'url'],
    value: '***',
    origin: `environment ${name}`,
  })
})

test.each([
  { env: { DATABASE_URL: 'mysql://user:hunter2@host/db' } },
  { env: { DATABASE_URL: 'postgres://user:hunter2#@host/db' } },
  { env: { DATABASE_URL: 'hunter2', PORT: 'x' } },
  { yaml: 'database: {url: {hunter2: 1}}' },
  { yaml: 'database: "postgres://hunter2@host/db"' },
  { yaml: 'shop: {database: {url: "hunter2"}}' },
])('what is wrong with a secret is said without it: %j', async (given) => {
  const findings = await findingsIn(given)
  expect(findings.map(({ detail }) => detail).join()).not.toContain('hunter2')
  expect(new SettingsError(findings).message).not.toContain('hunter2')
})

test('the entries of a record that is secret are not shown', () => {
  const Keys = z.record(z.string(), z.string())
  Keys.register(secrets, { secret: true })
  const configuration = configure('shop', z.strictObject({ keys: z._default(Keys, {}) }), {
    env: { SHOP_KEYS_ONE: 'hunter2' },
  })
  expect(configuration.settings.keys).toEqual({ one: 'hunter2' })
  expect(configuration.effective).toEqual([
    { path: ['keys', 'one'], value: '***', origin: 'environment SHOP_KEYS_ONE' },
  ])
})
