import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Metafile } from 'esbuild'
import * as z from 'zod/mini'

/** A package of which something is in a bundle or in one of its chunks. */
export interface BundledPackage {
  readonly name: string
  readonly version: string
  /** Its place, from the root of the repository. */
  readonly folder: string
}

const root = join(import.meta.dirname, '..')
const Manifest = z.object({ name: z.string(), version: z.string() })
const packageFolder = /^(.*node_modules\/(?:@[^/]+\/)?[^/@]+)\//

/** Reads from what went into bundles which packages are in them. */
export function bundledPackages(metafiles: readonly Metafile[]): BundledPackage[] {
  const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs))
  const folders = inputs.flatMap((path) => packageFolder.exec(path)?.[1] ?? [])
  return [...new Set(folders)].toSorted().map((folder) => {
    const inside = folder.slice(folder.indexOf('node_modules/'))
    const { name, version } = z.parse(Manifest, JSON.parse(readFileSync(join(root, inside, 'package.json'), 'utf8')))
    return { name, version, folder: inside }
  })
}
