import { execFileSync } from 'node:child_process'
import { lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'

import type { Entry } from './entry.ts'
import { tarOf } from './tar.ts'

const folder = mkdtempSync(join(tmpdir(), 'quartet-tar-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (path: string, text = path): Entry => ({ kind: 'file', path, content: Buffer.from(text) })

function unpacked(entries: readonly Entry[]): string {
  const at = mkdtempSync(join(folder, 'unpacked-'))
  execFileSync('tar', ['--extract', '--same-permissions', '--directory', at], { input: tarOf(entries) })
  return at
}

test('tar unpacks files, programs, links and folders as they were given', () => {
  const at = unpacked([
    { kind: 'file', path: 'bin/program', content: Buffer.from('run'), isProgram: true },
    file('etc/settings', ''),
    { kind: 'link', path: 'etc/link', target: '../bin/program' },
    { kind: 'folder', path: 'tmp', mode: 0o1777 },
  ])
  expect(readFileSync(join(at, 'bin/program'), 'utf8')).toBe('run')
  const modes = ['bin', 'bin/program', 'etc/settings', 'tmp'].map((path) => lstatSync(join(at, path)).mode & 0o7777)
  expect(modes).toEqual([0o755, 0o755, 0o644, 0o1777])
  expect(readlinkSync(join(at, 'etc/link'))).toBe('../bin/program')
  expect(lstatSync(join(at, 'etc/settings')).mtimeMs).toBe(0)
})

test('names of any length and in any writing come back', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'ä', '数', ' ', '=', '9'), minLength: 1, maxLength: 80 })
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('x/x'))
  fc.assert(
    fc.property(path, path, (one, target) => {
      const at = unpacked([file(`files/${one}`), { kind: 'link', path: 'link', target }])
      expect(readFileSync(join(at, 'files', one), 'utf8')).toBe(`files/${one}`)
      expect(readlinkSync(join(at, 'link'))).toBe(target)
    }),
    { numRuns: 30 },
  )
})

test('the order of the entries makes no difference', () => {
  const entries = ['b', 'a/c', 'a/b', 'a.b'].map((path) => file(path))
  expect(tarOf(entries.toReversed())).toEqual(tarOf(entries))
})
