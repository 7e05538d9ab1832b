import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { imagesCommand } from './images.ts'

const configs = 'registry.example/quartet/quartet-configs'
const digest = `sha256:${'ab'.repeat(32)}`
let folder: string
let printed: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quartet-environments-'))
  cpSync(join(import.meta.dirname, 'environments'), folder, { recursive: true })
  printed = ''
  const keep = (text: string | Uint8Array) => ((printed += String(text)), true)
  vi.spyOn(process.stdout, 'write').mockImplementation(keep)
  vi.spyOn(process.stderr, 'write').mockImplementation(keep)
})

afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
  rmSync(folder, { recursive: true })
})

function run(...argv: string[]) {
  return imagesCommand(folder).parseAsync(argv, { from: 'user' })
}

function kustomization(environment: string): string {
  return readFileSync(join(folder, environment, 'kustomization.yaml'), 'utf8')
}

async function setAll(): Promise<void> {
  const names = ['configs', 'predict', 'health', 'metrics', 'migrate']
  await run('set', 'staging', ...names.map((name) => `registry.example/quartet/quartet-${name}:1@${digest}`))
}

test('an image is named by the digest of what was pushed', async () => {
  const before = kustomization('staging')
  await run('set', 'staging', `${configs}:2026-11-21@${digest}`)
  expect(printed).toContain(`${configs}\n  from sha256:00`)
  expect(kustomization('staging')).toBe(before.replace(/(quartet-configs\n\s+digest: ).*/, `$1${digest}`))
})

test('production gets what staging has', async () => {
  await setAll()
  await run('promote', 'staging', 'production')
  expect(kustomization('production').match(new RegExp(digest, 'g'))).toHaveLength(5)
  printed = ''
  await run('promote', 'staging', 'production')
  expect(printed).toBe('Nothing changes.\n')
})

test('what was never set is not promoted', async () => {
  const before = kustomization('production')
  await run('set', 'staging', `${configs}@${digest}`)
  await run('promote', 'staging', 'production')
  expect(process.exitCode).toBe(1)
  expect(printed).toContain('staging has no digest of registry.example/quartet/quartet-predict yet')
  expect(kustomization('production')).toBe(before)
})

test.each([
  ['no digest', [`${configs}:1`], 'has no digest'],
  ['half a digest', [`${configs}@sha256:ab`], 'is no digest'],
  ['an image that the environment does not have', [`elsewhere/configs@${digest}`], 'has no image elsewhere/configs'],
  ['one that is right and one that is not', [`${configs}@${digest}`, `elsewhere/configs@${digest}`], 'has no image'],
])('%s is refused, and nothing is written', async (_, images, reason) => {
  const before = kustomization('staging')
  await run('set', 'staging', ...images)
  expect(process.exitCode).toBe(1)
  expect(printed).toContain(reason)
  expect(kustomization('staging')).toBe(before)
})

test('an environment that is not there is named', async () => {
  await run('promote', 'nowhere', 'production')
  expect(printed).toContain('There is no environment nowhere')
})
