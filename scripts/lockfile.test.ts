import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>
}

const { packages } = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8')) as Lockfile

// npm leaves out what it could not find when it wrote the file, and `npm ci` then refuses the file on every machine.
test('the lock file has what every platform needs', () => {
  const wanted = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
  const missing = wanted.filter((name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)))
  expect(wanted.length).toBeGreaterThan(50)
  expect(missing).toEqual([])
})

test('the lock file names no registry', () => {
  expect(JSON.stringify(packages)).not.toContain('"resolved"')
})
