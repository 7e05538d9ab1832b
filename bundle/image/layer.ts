import { compress, type Compression } from './compression.ts'
import type { Entry } from './entry.ts'
import { kept, sha256 } from './store.ts'
import { tarOf } from './tar.ts'

/** Bytes that a manifest names by what they are. */
export interface Blob {
  readonly mediaType: string
  readonly digest: string
  readonly content: Buffer
}

export interface Layer extends Blob {
  /** What it is to people, in an image's history. */
  readonly title: string
  /** The digest of what is inside, uncompressed. */
  readonly diffId: string
}

/** Makes a layer of files; what was compressed before is taken from the store. */
export async function layerOf(title: string, entries: readonly Entry[], compression: Compression): Promise<Layer> {
  const tar = tarOf(entries)
  const diffId = sha256(tar)
  const content = await kept(`layers/${diffId}.${compression}`, () => compress(tar, compression))
  return {
    title,
    mediaType: `application/vnd.oci.image.layer.v1.tar+${compression}`,
    digest: `sha256:${sha256(content)}`,
    diffId: `sha256:${diffId}`,
    content,
  }
}
