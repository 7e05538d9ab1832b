import { isUtf8 } from 'node:buffer'

import type { PictureType } from './picture.ts'
import { Refusal } from './refusal.ts'

interface Signature {
  readonly name: string
  readonly mediaType?: PictureType
  /** At the start of the file; a dot is any byte. */
  readonly pattern: RegExp
}

const signatures: readonly Signature[] = [
  { name: 'a PNG', mediaType: 'image/png', pattern: /^\u0089PNG\r\n.\n/s },
  { name: 'a JPEG', mediaType: 'image/jpeg', pattern: /^\xff\xd8\xff/ },
  { name: 'a GIF', pattern: /^GIF8/ },
  { name: 'a WebP', pattern: /^RIFF.{4}WEBP/s },
  { name: 'a HEIC or AVIF', pattern: /^.{4}ftyp(?:hei|hev|mif|msf|avi)/s },
  { name: 'a TIFF', pattern: /^(?:II\*\0|MM\0\*)/ },
  { name: 'a BMP', pattern: /^BM.{4}\0{4}/s },
  { name: 'a PDF', pattern: /^%PDF-/ },
  { name: 'an SVG', pattern: /^\s*<(?:\?xml|svg|!DOCTYPE svg)/ },
  { name: 'a data URL', pattern: /^data:/ },
  { name: 'base64', pattern: /^(?:iVBORw0KGgo|\/9j\/)/ },
  { name: 'JSON', pattern: /^\s*[[{]/ },
  { name: 'a multipart form', pattern: /^--\S+\r\n/ },
]
const longest = 64

/** @throws Refusal that says what a file is instead of what its media type says */
export function expectMediaType(bytes: Uint8Array, mediaType: PictureType): void {
  const start = Buffer.from(bytes.subarray(0, longest)).toString('latin1')
  const found = signatures.find(({ pattern }) => pattern.test(start))
  if (found?.mediaType === mediaType) return
  const wanted = mediaType === 'image/png' ? 'a PNG' : 'a JPEG'
  if (bytes.length === 0) throw new Refusal(`The body is empty. Send the bytes of ${wanted} file.`, { offset: 0 })
  if (found?.mediaType) {
    throw new Refusal(
      `These bytes are ${found.name}, not ${wanted}. Send them with content-type: ${found.mediaType}.`,
      {
        offset: 0,
      },
    )
  }
  const seen = found?.name ?? (isUtf8(bytes) ? 'text' : `no picture that is known here (they begin with ${hex(bytes)})`)
  throw new Refusal(`These bytes are ${seen}, not ${wanted}. Send a file that is a PNG or a JPEG, as it is.`, {
    offset: 0,
  })
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 8))
    .toString('hex')
    .replaceAll(/..(?!$)/g, '$& ')
}
