import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { quartet, type Outcome } from '../testing/quartet-process.ts'

function bench(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return quartet(['bench', ...argv], { cwd: tmpdir(), env })
}

test.each([
  [['nosuch', '--kube'], 'Allowed choices are ramp, burst, steady, cold, soak, mixed.'],
  [['ramp'], 'say where the functions are'],
  [['ramp', '--url', 'http://localhost:1', '--max', 'many'], 'It is no whole number.'],
  [['ramp', '--url', 'http://localhost:1', '--duration', 'long'], 'It is no duration, such as 90s, 5m or 1h.'],
  [['ramp', '--url', 'http://localhost:1', '--function', 'nosuch'], 'Allowed choices are configs'],
])('%j is wrong usage', async (argv, told) => {
  const { code, stderr } = await bench(argv)
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(told) })
})

test('without k6 it says where that is to be had', async () => {
  // Only what the command itself needs.
  const folder = mkdtempSync(join(tmpdir(), 'quartet-path-'))
  symlinkSync(process.execPath, join(folder, 'node'))
  const { code, stderr } = await bench(['steady', '--url', 'http://localhost:1'], { PATH: folder })
  rmSync(folder, { recursive: true })
  expect(code).toBe(1)
  expect(stderr).toContain('k6 is not on the PATH')
  expect(stderr).toContain('https://grafana.com/docs/k6/latest/set-up/install-k6/')
})
