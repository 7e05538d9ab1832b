import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { LogOutput } from './log-output.ts'

let folder: string
let path: string
let fd: number

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quartet-log-'))
  path = join(folder, 'log')
  fd = openSync(path, 'a')
})

afterEach(() => {
  closeSync(fd)
  rmSync(folder, { recursive: true })
})

test('lines come out whole and in order, whatever their length', async () => {
  const output = new LogOutput(fd)
  const lengths = [1, 100, 21_000, 22_000, 70_000, 200_000, 3]
  const lines = Array.from({ length: 200 }, (_, index) => `${index} ${'ä€😀'.repeat(lengths[index % 7] ?? 0)}\n`)
  for (const line of lines) output.write(line)
  await output.flush()
  expect(readFileSync(path, 'utf8')).toBe(lines.join(''))
})

test('a line is written soon without being asked for', async () => {
  const output = new LogOutput(fd)
  output.write('alone\n')
  await expect.poll(() => readFileSync(path, 'utf8')).toBe('alone\n')
})

test('a flush of nothing keeps nothing from being written later', async () => {
  const output = new LogOutput(fd)
  await output.flush()
  output.write('first\n')
  await output.flush()
  await output.flush()
  output.write('second\n')
  output.flushSync()
  expect(readFileSync(path, 'utf8')).toBe('first\nsecond\n')
})

test('what a process wrote right before its end comes out', async () => {
  const output = new LogOutput(fd)
  output.write('first\n')
  const flushed = output.flush()
  output.write('second\n')
  output.flushSync()
  await flushed
  expect(readFileSync(path, 'utf8').split('\n').toSorted()).toEqual(['', 'first', 'second'])
})

test('a reader that is gone is no error', async () => {
  const readOnly = openSync(path, 'r')
  const output = new LogOutput(readOnly)
  output.write('to nobody\n')
  await output.flush()
  output.write('still to nobody\n')
  await output.flush()
  output.flushSync()
  closeSync(readOnly)
  expect(readFileSync(path, 'utf8')).toBe('')
})
