// Writes debian-packages.json anew, from the mirror that this machine's apt uses: `node bundle/image/refresh-packages.ts`.
// With --if-gone it does so only where the mirror has dropped a version that is listed, and says so.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { download, sources } from './apt.ts'
import { architectures, ownArchitecture } from './architecture.ts'
import { firstGone, listFile, type DebianPackage } from './debian.ts'
import { run } from './run.ts'

const names = ['base-files', 'ca-certificates', 'gcc-12-base', 'libc6', 'libgcc-s1', 'libstdc++6', 'netbase', 'tzdata']

type Fields = Readonly<Record<string, string>>

const folder = mkdtempSync(join(tmpdir(), 'quartet-packages-'))
try {
  if (!process.argv.includes('--if-gone')) refresh()
  else {
    const gone = await firstGone(ownArchitecture() ?? 'amd64')
    if (gone !== undefined) {
      refresh()
      process.stdout.write(`${gone}\ndebian-packages.json has been written anew: commit it.\n`)
    }
  }
} finally {
  rmSync(folder, { recursive: true })
}

function refresh(): void {
  const list = Object.keys(architectures).map((architecture) => [architecture, packagesFor(architecture)])
  writeFileSync(listFile, `${JSON.stringify(Object.fromEntries(list), null, 2)}\n`)
}

function packagesFor(architecture: string): DebianPackage[] {
  const offered = sources().flatMap(({ site, release, component }) => {
    const file = join(folder, 'Packages.xz')
    download(`${site}/dists/${release}/${component}/binary-${architecture}/Packages.xz`, file)
    const index = run('xz', ['--decompress', '--stdout', file])
    rmSync(file)
    return index.split('\n\n').map(fieldsOf)
  })
  return names.map((name) => {
    const newest = offered.filter(({ Package }) => Package === name).reduce<Fields | undefined>(newer, undefined)
    if (!newest) throw new Error(`The mirror has no ${name} for ${architecture}.`)
    const { Version: version = '', Filename: path = '', Size: size, SHA256: sha256 = '' } = newest
    return { name, version, path, size: Number(size), sha256 }
  })
}

function fieldsOf(paragraph: string): Fields {
  return Object.fromEntries(
    [...paragraph.matchAll(/^([\w-]+): (.*)$/gm)].map(([, key = '', value = '']) => [key, value]),
  )
}

function newer(one: Fields | undefined, other: Fields): Fields {
  if (!one) return other
  try {
    run('dpkg', ['--compare-versions', one['Version'] ?? '', 'ge', other['Version'] ?? ''])
    return one
  } catch {
    return other
  }
}
