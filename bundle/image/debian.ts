import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import * as z from 'zod/mini'

import { download, sources } from './apt.ts'
import type { Architecture } from './architecture.ts'
import type { Entry } from './entry.ts'
import { entriesOf } from './folder-entries.ts'
import { run } from './run.ts'
import { kept, sha256 as sha256Of } from './store.ts'

const DebianPackage = z.object({
  name: z.string(),
  version: z.string(),
  /** Below the root of a mirror. */
  path: z.string(),
  size: z.int(),
  sha256: z.string(),
})
export type DebianPackage = z.output<typeof DebianPackage>

const PackageList = z.object({ amd64: z.array(DebianPackage), arm64: z.array(DebianPackage) })

export const listFile = join(import.meta.dirname, 'debian-packages.json')

/** Programs, documentation (licences stay), translations, converters of character sets, zones that are there twice. */
const left =
  /^(usr\/)?s?bin\/|^etc\/update-motd|^usr\/share\/(man|locale|lintian|bug|base-files|gcc|gdb)\/|\/gconv\/|^usr\/share\/zoneinfo\/(posix|right)\/|^usr\/share\/doc\/.*\/(?!copyright$)[^/]*$/
/** Of glibc what neither Node nor ONNX Runtime loads: vector mathematics, debugging, NIS and Hesiod. */
const unused = /\/lib(mvec|c_malloc_debug|thread_db|nsl|nss_compat|nss_hesiod)[.-]/
const certificates = /^usr\/share\/ca-certificates\/.*\.crt$/

export function packagesFor(architecture: Architecture): readonly DebianPackage[] {
  return z.parse(PackageList, JSON.parse(readFileSync(listFile, 'utf8')))[architecture]
}

/** Says of the first package of the list that the mirror no longer has that it is so; undefined while it has all. */
export async function firstGone(architecture: Architecture): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'quartet-package-'))
  try {
    for (const each of packagesFor(architecture)) await fetched(each, join(folder, 'package.deb'))
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What the packages of the list bring, with the one file of certificates that programs look for. */
export async function debianEntries(architecture: Architecture): Promise<Entry[]> {
  const all: Entry[] = []
  for (const each of packagesFor(architecture)) all.push(...(await unpacked(each)))
  const [bundled, others] = [all.filter(isCertificate), all.filter((entry) => !isCertificate(entry))]
  const content = Buffer.concat(bundled.map((entry) => (entry.kind === 'file' ? entry.content : Buffer.alloc(0))))
  return [
    ...others.filter(({ path }) => !left.test(path) && !unused.test(path)),
    { kind: 'file', path: 'etc/ssl/certs/ca-certificates.crt', content },
  ]
}

function isCertificate({ path }: Entry): boolean {
  return certificates.test(path)
}

async function unpacked(wanted: DebianPackage): Promise<Entry[]> {
  const folder = mkdtempSync(join(tmpdir(), 'quartet-package-'))
  try {
    const file = join(folder, 'package.deb')
    await fetched(wanted, file)
    run('dpkg-deb', ['--extract', file, join(folder, 'root')])
    // Scanners find out from it which packages there are.
    const status = Buffer.from(run('dpkg-deb', ['--field', file]))
    return [
      ...entriesOf(join(folder, 'root'), ''),
      { kind: 'file', path: `var/lib/dpkg/status.d/${wanted.name}`, content: status },
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** @throws Error that tells what to do when the mirror no longer has this version */
async function fetched({ name, version, path, sha256 }: DebianPackage, file: string): Promise<void> {
  const content = await kept(`packages/${sha256}.deb`, () => {
    const sites = [...new Set(sources().map(({ site }) => site))]
    const reasons = sites.map((site) => {
      try {
        download(`${site}/${path}`, file, sha256)
        return undefined
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    })
    if (reasons.includes(undefined)) return readFileSync(file)
    const advice =
      'A mirror drops a version when there is a newer one: `node bundle/image/refresh-packages.ts` lists those that it has now.'
    throw new Error(`The mirror has no ${name} ${version}. ${advice}\n${reasons.join('\n')}`)
  })
  if (sha256Of(content) !== sha256) throw new Error(`${name} ${version} is not what debian-packages.json says.`)
  writeFileSync(file, content)
}
