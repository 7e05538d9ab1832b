import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import manifest from '../../package.json' with { type: 'json' }
import { functions } from '../../functions/list.ts'
import type { Report } from '../report.ts'
import type { Architecture } from './architecture.ts'
import { baseFrom } from './base-file.ts'
import { composedBase } from './base.ts'
import type { Compression } from './compression.ts'
import { functionLayers } from './function-layers.ts'
import { imageOf, type Image } from './image.ts'
import { layoutOf, writeLayout } from './layout.ts'
import { writeBillOfMaterials } from './bill-of-materials.ts'
import { revisionOf } from './revision.ts'

const root = join(import.meta.dirname, '../..')

export interface Wanted {
  readonly names: readonly string[]
  readonly architecture: Architecture
  readonly compression: Compression
  /** An OCI layout or archive to build on; composed where there is none. */
  readonly base?: string | undefined
  /** What the names of the images begin with, such as registry.example/team. */
  readonly registry: string
  readonly tag: string
  /** Where the source is to be found, for the labels. */
  readonly source?: string | undefined
  /** Where the archives go. */
  readonly folder: string
}

export interface BuiltImage extends Image {
  readonly name: string
  readonly reference: string
  /** The OCI archive, and the layout of the same beside it. */
  readonly archive: string
  readonly directory: string
}

/** What images are made of: every function, and the program that brings their databases up to date. */
export const programs = [...Object.keys(functions), 'migrate'] as const

/** Makes images from the bundles in dist/. The base is the same for all, and made once. */
export async function buildImages(wanted: Wanted): Promise<BuiltImage[]> {
  const { names, architecture, compression, registry, tag, folder } = wanted
  const base =
    wanted.base === undefined ? await composedBase(architecture, compression) : baseFrom(wanted.base, architecture)
  const reports = JSON.parse(readFileSync(join(root, 'dist/report.json'), 'utf8')) as Report[]
  const revision = revisionOf(root)
  const images: BuiltImage[] = []
  for (const name of names) {
    const packages = reports.find((report) => report.name === name)?.packages ?? []
    const layers = await functionLayers(name, architecture, compression, packages)
    const labels = await labelsOf(name, revision, wanted)
    const image = imageOf({ architecture, base, layers, revision, labels })
    const reference = `${registry}/quartet-${name}:${tag}`
    const written = writeLayout(layoutOf(image, reference), folder, name)
    writeBillOfMaterials({ name, image, packages, revision, hasComposedBase: wanted.base === undefined, folder })
    images.push({ ...image, ...written, name, reference })
  }
  return images
}

/** https://github.com/opencontainers/image-spec/blob/main/annotations.md */
async function labelsOf(
  name: string,
  { id, createdAt }: ReturnType<typeof revisionOf>,
  { source }: Wanted,
): Promise<Record<string, string>> {
  const known: Readonly<Record<string, (typeof functions)[keyof typeof functions]>> = functions
  const { definition } = (await known[name]?.()) ?? { definition: { summary: 'Brings the databases up to date.' } }
  return {
    'org.opencontainers.image.title': `quartet-${name}`,
    'org.opencontainers.image.description': definition.summary,
    'org.opencontainers.image.created': createdAt.toISOString(),
    'org.opencontainers.image.revision': id,
    'org.opencontainers.image.version': manifest.version,
    'org.opencontainers.image.licenses': manifest.license,
    ...(source !== undefined && { 'org.opencontainers.image.source': source }),
  }
}
