import { promisify } from 'node:util'
import { constants, gzip, zstdCompress } from 'node:zlib'

export const compressions = ['gzip', 'zstd'] as const
export type Compression = (typeof compressions)[number]

// The smallest that both make in a time that can be waited for; a layer is compressed once and pulled often.
const gzipLevel = 9
const zstdLevel = 19

export async function compress(content: Buffer, compression: Compression): Promise<Buffer> {
  if (compression === 'gzip') return promisify(gzip)(content, { level: gzipLevel })
  return promisify(zstdCompress)(content, { params: { [constants.ZSTD_c_compressionLevel]: zstdLevel } })
}
