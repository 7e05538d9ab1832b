import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import * as z from 'zod/mini'

import { run } from './run.ts'
import type { Architecture } from './architecture.ts'
import type { Base } from './base.ts'
import { type Descriptor, ImageConfig, Index, Manifest, mediaTypes } from './oci.ts'
import { sha256 } from './store.ts'

/**
 * Reads a base from an OCI layout or an archive of one, such as `crane pull --format=oci` or `skopeo copy` write.
 * @throws Error when it is neither, or has no image for the architecture, or what is in it is not what it says
 */
export function baseFrom(file: string, architecture: Architecture): Base {
  if (!existsSync(file)) throw new Error(`There is no ${file}. --base takes an OCI layout or an archive of one.`)
  if (statSync(file).isDirectory()) return read(file, file, architecture)
  const folder = mkdtempSync(join(tmpdir(), 'quartet-base-'))
  try {
    run('tar', ['--extract', '--file', file, '--directory', folder])
    return read(folder, file, architecture)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function read(folder: string, name: string, architecture: Architecture): Base {
  const indexFile = join(folder, 'index.json')
  if (!existsSync(indexFile)) throw new Error(`${name} is no OCI layout: it has no index.json.`)
  const blob = ({ digest }: Descriptor): Buffer => {
    const content = readFileSync(join(folder, 'blobs', ...digest.split(':')))
    if (`sha256:${sha256(content)}` !== digest) throw new Error(`${name} is damaged: ${digest} is something else.`)
    return content
  }
  const candidates = (index: Buffer): Descriptor[] =>
    parsed(Index, index).manifests.flatMap((each) =>
      each.mediaType === mediaTypes.index ? candidates(blob(each)) : [each],
    )
  for (const candidate of candidates(readFileSync(indexFile))) {
    const manifest = parsed(Manifest, blob(candidate))
    if (manifest.config.mediaType !== mediaTypes.config) continue
    const image = parsed(ImageConfig, blob(manifest.config))
    if (image.os !== 'linux' || image.architecture !== architecture) continue
    return {
      name,
      layers: manifest.layers.map((layer, index) => ({
        title: `${name}, layer ${index + 1}`,
        mediaType: layer.mediaType,
        digest: layer.digest,
        diffId: image.rootfs.diff_ids[index] ?? '',
        content: blob(layer),
      })),
      config: image.config ?? {},
    }
  }
  throw new Error(`${name} has no image for linux/${architecture}.`)
}

function parsed<T extends z.ZodMiniType>(type: T, content: Buffer): z.output<T> {
  return z.parse(type, JSON.parse(content.toString()))
}
