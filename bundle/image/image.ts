import type { Architecture } from './architecture.ts'
import type { Base } from './base.ts'
import { user } from './base.ts'
import type { Blob, Layer } from './layer.ts'
import { mediaTypes, type Descriptor } from './oci.ts'
import type { Revision } from './revision.ts'
import { sha256 } from './store.ts'

export interface Image {
  readonly architecture: Architecture
  readonly layers: readonly Layer[]
  readonly config: Blob
  readonly manifest: Blob
}

interface Parts {
  readonly architecture: Architecture
  readonly base: Base
  /** What stands on the base. */
  readonly layers: readonly Layer[]
  readonly revision: Revision
  readonly labels: Readonly<Record<string, string>>
  /** What the entry point is given; the function where nothing is said. */
  readonly command?: readonly string[]
}

/** Where a function stands in its image. */
export const functionFolder = 'function'
const functionProgram = `/${functionFolder}/index.js`

export function imageOf({ architecture, base, layers, revision, labels, command = [functionProgram] }: Parts): Image {
  const all = [...base.layers, ...layers]
  const created = revision.createdAt.toISOString()
  const config = blobOf(mediaTypes.config, {
    created,
    architecture,
    os: 'linux',
    config: {
      ...base.config,
      User: `${user}:${user}`,
      Cmd: command,
      WorkingDir: '/',
      Labels: { ...base.config.Labels, ...labels },
    },
    rootfs: { type: 'layers', diff_ids: all.map(({ diffId }) => diffId) },
    history: all.map(({ title }) => ({ created, created_by: 'quartet image', comment: title })),
  })
  const manifest = blobOf(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptorOf(config),
    layers: all.map(descriptorOf),
    annotations: labels,
  })
  return { architecture, layers: all, config, manifest }
}

export function descriptorOf({ mediaType, digest, content }: Blob): Descriptor {
  return { mediaType, digest, size: content.length }
}

function blobOf(mediaType: string, value: unknown): Blob {
  const content = Buffer.from(JSON.stringify(value))
  return { mediaType, digest: `sha256:${sha256(content)}`, content }
}
