import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { defineFunction } from '../function/function.ts'
import { RuntimeSettings } from '../settings/settings.ts'
import { configuration, settingsFile, standalone } from './standalone.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quartet-standalone-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

const { definition } = defineFunction({
  name: 'shop',
  summary: 'Sells.',
  example: 'curl $URL/shop',
  settings: RuntimeSettings,
  open: () => undefined,
  routes: {},
})

function write(text: string): string {
  const path = join(folder, 'settings.yaml')
  writeFileSync(path, text)
  return path
}

test('settings come from the file that QUARTET_SETTINGS names, and from the environment over it', async () => {
  const path = write('port: 1\nshop: {limits: {inFlight: 2}}')
  const { settings, effective } = await configuration(definition, { QUARTET_SETTINGS: path, PORT: '3' })
  expect(settings).toMatchObject({ port: 3, limits: { inFlight: 2 } })
  expect(effective).toContainEqual({ path: ['limits', 'inFlight'], value: 2, origin: `${path}:2:17` })
})

test.each([{}, { QUARTET_SETTINGS: '' }])('without a file there are defaults: %j', async (env) => {
  expect(await settingsFile(env)).toBeUndefined()
  expect((await configuration(definition, env)).settings.port).toBe(8080)
})

test('a file that is named and missing is a finding', async () => {
  const path = join(folder, 'nosuch.yaml')
  await expect(configuration(definition, { QUARTET_SETTINGS: path })).rejects.toMatchObject({
    name: 'SettingsError',
    findings: [{ place: path, setting: 'QUARTET_SETTINGS', detail: expect.stringContaining('cannot be read') }],
  })
})

test('a folder is no file', async () => {
  await expect(settingsFile({ QUARTET_SETTINGS: folder })).rejects.toThrow('cannot be read')
})

test('a function that stands alone has the settings of its environment', async () => {
  const { instance } = await standalone(definition, { PORT: '4', LOG_LEVEL: 'silent' })
  expect(instance.settings).toMatchObject({ port: 4, logLevel: 'silent' })
  await instance.close()
})

test('wrong settings make no function', async () => {
  await expect(standalone(definition, { PORT: 'x' })).rejects.toThrow('environment PORT: port')
})
