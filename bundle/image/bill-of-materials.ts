import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import * as z from 'zod/mini'

import manifest from '../../package.json' with { type: 'json' }
import type { BundledPackage } from '../bundled-packages.ts'
import { run } from './run.ts'
import { packagesFor } from './debian.ts'
import type { Image } from './image.ts'
import { nodeVersion } from './node-program.ts'
import type { Revision } from './revision.ts'
import { sha256 } from './store.ts'

const root = join(import.meta.dirname, '../..')

const Component = z.looseObject({ 'bom-ref': z.string(), name: z.string(), version: z.string() })
const Bill = z.looseObject({
  components: z.array(Component),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.optional(z.array(z.string())) })),
})

interface Described {
  readonly name: string
  readonly image: Image
  readonly packages: readonly BundledPackage[]
  readonly revision: Revision
  /** Whether Node and Debian's packages are those of this repository. */
  readonly hasComposedBase: boolean
  readonly folder: string
}

/**
 * Writes NAME.cdx.json: what is in an image, as CycloneDX. npm tells of its packages what the lock file knows, of which
 * those stay that are in the bundle; Node and Debian's packages are added.
 */
export function writeBillOfMaterials(described: Described): void {
  const { name, image, packages, revision, hasComposedBase, folder } = described
  const told = run('npm', ['sbom', '--prefix', root, '--package-lock-only', '--sbom-format', 'cyclonedx'])
  const { components, dependencies, ...bill } = z.parse(Bill, JSON.parse(told))
  // A package that a tool for development needs as well counts as one of those, so that nothing is left out before.
  const bundled = packages.map(({ name: wanted, version }) => {
    const found = components.find((each) => each.name === wanted && each.version === version)
    if (!found) throw new Error(`npm knows of no ${wanted} ${version}. Does package-lock.json fit what is installed?`)
    return found
  })
  const base = hasComposedBase ? [node(), ...debian(image)] : []
  const subject = { 'bom-ref': name, type: 'container', name: `quartet-${name}`, version: manifest.version }
  const hashes = [{ alg: 'SHA-256', content: image.manifest.digest.replace('sha256:', '') }]
  const references = new Set(bundled.map((each) => each['bom-ref']))
  const whole = {
    ...bill,
    serialNumber: `urn:uuid:${uuidOf(image.manifest.digest)}`,
    metadata: { timestamp: revision.createdAt.toISOString(), component: { ...subject, hashes } },
    components: [...bundled, ...base],
    dependencies: [
      { ref: name, dependsOn: [...references, ...base.map((each) => each['bom-ref'])] },
      ...dependencies
        .filter(({ ref }) => references.has(ref))
        .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => references.has(each)) })),
    ],
  }
  writeFileSync(join(folder, `${name}.cdx.json`), `${JSON.stringify(whole, null, 2)}\n`)
}

function node() {
  const purl = `pkg:generic/node@${nodeVersion}`
  const cpe = `cpe:2.3:a:nodejs:node.js:${nodeVersion}:*:*:*:*:*:*:*`
  return {
    'bom-ref': purl,
    type: 'platform',
    name: 'node',
    version: nodeVersion,
    purl,
    cpe,
    licenses: [{ license: { id: 'MIT' } }],
  }
}

function debian({ architecture }: Image) {
  return packagesFor(architecture).map(({ name, version, sha256: content }) => {
    const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}`
    return { 'bom-ref': purl, type: 'library', name, version, purl, hashes: [{ alg: 'SHA-256', content }] }
  })
}

/** The same image has the same bill of materials; a UUID of version 8 may be made of anything. */
function uuidOf(digest: string): string {
  const hex = sha256(digest)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
