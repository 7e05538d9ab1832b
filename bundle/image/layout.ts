import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import type { Entry } from './entry.ts'
import { descriptorOf, type Image } from './image.ts'
import { mediaTypes } from './oci.ts'
import { tarOf } from './tar.ts'

/** The files of an OCI layout with one image, and a manifest.json by which Docker loads it too. */
export function layoutOf(image: Image, reference: string): Entry[] {
  const { config, manifest, layers, architecture } = image
  const tag = reference.slice(reference.lastIndexOf(':') + 1)
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: [
      {
        ...descriptorOf(manifest),
        platform: { os: 'linux', architecture },
        annotations: { 'org.opencontainers.image.ref.name': tag, 'io.containerd.image.name': reference },
      },
    ],
  }
  const docker = [
    {
      Config: blobPath(config.digest),
      RepoTags: [reference],
      Layers: layers.map(({ digest }) => blobPath(digest)),
    },
  ]
  return [
    ...[config, manifest, ...layers].map(({ digest, content }): Entry => ({
      kind: 'file',
      path: blobPath(digest),
      content,
    })),
    json('index.json', index),
    json('manifest.json', docker),
    json('oci-layout', { imageLayoutVersion: '1.0.0' }),
  ]
}

/** Writes FOLDER/NAME/, which clients of registries push from, and FOLDER/NAME.tar of the same. */
export function writeLayout(
  layout: readonly Entry[],
  folder: string,
  name: string,
): { archive: string; directory: string } {
  const directory = join(folder, name)
  rmSync(directory, { recursive: true, force: true })
  for (const entry of layout) {
    const file = join(directory, entry.path)
    mkdirSync(dirname(file), { recursive: true })
    if (entry.kind === 'file') writeFileSync(file, entry.content)
  }
  const archive = `${directory}.tar`
  writeFileSync(archive, tarOf(layout))
  return { archive, directory }
}

function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`
}

function json(path: string, value: unknown): Entry {
  return { kind: 'file', path, content: Buffer.from(JSON.stringify(value)) }
}
