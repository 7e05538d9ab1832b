import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { SettingsError, type Finding } from './configuration.ts'
import { parseSettingsFile } from './settings-file.ts'

async function findingsIn(source: string): Promise<readonly Finding[]> {
  const error: unknown = await parseSettingsFile('quartet.yaml', source).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error === undefined) return []
  if (error instanceof SettingsError) return error.findings
  throw error
}

test('a file is YAML', async () => {
  const file = await parseSettingsFile('quartet.yaml', 'port: 1\nshop:\n  limits: {inFlight: 2} # enough\n')
  expect(file.values).toEqual({ port: 1, shop: { limits: { inFlight: 2 } } })
})

test('a file is JSON too', async () => {
  const file = await parseSettingsFile('quartet.json', '{"port": 1, "shop": {"host": "::1"}}')
  expect(file.values).toEqual({ port: 1, shop: { host: '::1' } })
})

test.each(['', '\n', '# nothing\n', '---\n', '\ufeff', 'null'])('%j sets nothing', async (source) => {
  expect((await parseSettingsFile('quartet.yaml', source)).values).toEqual({})
})

test('a setting is found at the line and column of its key', async () => {
  const file = await parseSettingsFile('deploy/quartet.yaml', '# first\nport: 1\nshop:\n  limits:\n    inFlight: 2\n')
  expect(file.placeOf(['port'])).toBe('deploy/quartet.yaml:2:1')
  expect(file.placeOf(['shop', 'limits', 'inFlight'])).toBe('deploy/quartet.yaml:5:5')
  expect(file.placeOf(['shop', 'limits', 'missing'])).toBe('deploy/quartet.yaml:4:3')
  expect(file.placeOf(['missing'])).toBe('deploy/quartet.yaml:1:1')
})

test('lines that end as Windows has it count once', async () => {
  const file = await parseSettingsFile('quartet.yaml', 'port: 1\r\nshop:\r\n  host: x\r\n')
  expect(file.placeOf(['shop', 'host'])).toBe('quartet.yaml:3:3')
})

test('an alias is followed', async () => {
  const file = await parseSettingsFile('quartet.yaml', 'configs: &both {port: 1}\npredict: *both\n')
  expect(file.values).toEqual({ configs: { port: 1 }, predict: { port: 1 } })
  expect(file.placeOf(['predict', 'port'])).toBe('quartet.yaml:2:1')
})

test.each([
  ['a: [1,\nb: 2', 'quartet.yaml:2:1'],
  ['port: "8080', 'quartet.yaml:1:12'],
  ['port: 1\nport: 2', 'quartet.yaml:2:1'],
  ['shop:\n\tport: 1', 'quartet.yaml:2:1'],
  ['shop:\n  port: 1\n host: x', 'quartet.yaml:3:1'],
  ['port: 1\n---\nport: 2', 'quartet.yaml:2:1'],
  ['port: @', 'quartet.yaml:1:7'],
  ['? [a]\n: 1', 'quartet.yaml:1:3'],
])('%j is refused at its place', async (source, place) => {
  expect((await findingsIn(source)).map((finding) => finding.place)).toContain(place)
})

test('every error of a file is found at once', async () => {
  const findings = await findingsIn('a: "x" y\nb: 1\nb: 2\nc: @\n')
  expect(findings.map(({ place }) => place)).toEqual(
    expect.arrayContaining([
      expect.stringContaining(':1:'),
      expect.stringContaining(':3:'),
      expect.stringContaining(':4:'),
    ]),
  )
})

test.each(['- a\n- b', 'text', '5', '[]', '"{}"', 'true'])('%j is no mapping of settings', async (source) => {
  expect(await findingsIn(source)).toEqual([
    { place: 'quartet.yaml:1:1', setting: 'YAML', detail: 'The file must be a mapping of settings' },
  ])
})

const multiplying = ['a: &a [x,x,x,x,x,x,x,x,x]', ...['ab', 'bc', 'cd', 'de', 'ef', 'fg'].map(ninefold)].join('\n')

/** `b: &b [*a, ...]`, from `ab`. */
function ninefold(names: string): string {
  return `${names[1]}: &${names[1]} [${`*${names[0]},`.repeat(9)}]`
}

test.each([
  ['an alias of nothing', 'a: *nothing'],
  ['an alias that is a part of itself', 'a: &a {b: *a}'],
  ['aliases that multiply', multiplying],
  ['lists without end', `a: ${'['.repeat(20_000)}`],
  ['groups without end', Array.from({ length: 3000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ['many levels', `a: ${'{a: '.repeat(500)}1${'}'.repeat(500)}`],
])('%s cannot be settings', async (_, source) => {
  expect((await findingsIn(source)).length).toBeGreaterThan(0)
})

test.each([
  'database:\n  url: |postgres://user:hunter2@host/db',
  'url: *hunter2',
  'url: !hunter2 x',
  'url: !<hunter2 x',
  'url: "a" hunter2',
  'url: "hunter2',
  'url: [hunter2',
  'url: {hunter2: hunter2: hunter2}',
  'url: @hunter2',
  'url: postgres://user: hunter2',
  '%hunter2\n---\nurl: 1',
  '"hunter2": 1\n"hunter2": 2',
  'url: &hunter2 &hunter2 x',
  'hunter2',
])('what is wrong with %j is said without repeating it', async (source) => {
  const details = (await findingsIn(source)).map(({ detail }) => detail)
  expect(details.join('\n')).not.toContain('hunter2')
})

const fragments = [
  'a',
  'port',
  ': ',
  ':',
  '- ',
  '\n',
  '  ',
  '\t',
  '{',
  '}',
  '[',
  ']',
  ',',
  '&a ',
  '*a',
  '!!set ',
  '!x ',
  '|',
  '>',
  '"',
  "'",
]
const more = [
  '? ',
  '# ',
  '%YAML 1.1\n',
  '---\n',
  '...\n',
  '<<: ',
  '__proto__',
  '0x',
  '1e999',
  '.nan',
  '~',
  '\u0000',
  '\ud800',
  '\ufeff',
]

test('whatever a file has in it, it is settings or a finding', async () => {
  const yaml = fc.array(fc.constantFrom(...fragments, ...more), { maxLength: 40 }).map((parts) => parts.join(''))
  const anything = fc.oneof(yaml, fc.string({ unit: 'binary' }), fc.json())
  await fc.assert(
    fc.asyncProperty(anything, async (source) => {
      for (const { place, detail } of await findingsIn(source)) {
        expect(place).toMatch(/^quartet\.yaml:\d+:\d+$/)
        expect(detail).not.toBe('')
      }
    }),
    { numRuns: 2000 },
  )
})
