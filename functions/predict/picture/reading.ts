import { digitIn } from './digit.ts'
import { decodeJpeg } from './jpeg-decoder.ts'
import { structureOfJpeg } from './jpeg-structure.ts'
import { expectMediaType } from './media-type.ts'
import { turned } from './orientation.ts'
import type { PictureType } from './picture.ts'
import type { Plane } from './plane.ts'
import { checkImageData } from './png-data.ts'
import { decodePng } from './png-decoder.ts'
import { structureOfPng } from './png-structure.ts'
import { Refusal } from './refusal.ts'

type Reading = { readonly image: Float32Array } | { readonly refusal: Refusal }

/** @returns the 28 x 28 picture of the digit in a file, or why there is none */
export async function readPicture(bytes: Uint8Array, mediaType: PictureType): Promise<Reading> {
  try {
    expectMediaType(bytes, mediaType)
    return { image: digitIn(await (mediaType === 'image/png' ? greyOfPng(bytes) : greyOfJpeg(bytes))) }
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error }
    throw error
  }
}

async function greyOfPng(bytes: Uint8Array): Promise<Plane> {
  const structure = structureOfPng(bytes)
  await checkImageData(structure)
  return turned(await decodePng(structure), structure.orientation)
}

async function greyOfJpeg(bytes: Uint8Array): Promise<Plane> {
  const structure = structureOfJpeg(bytes)
  return turned(await decodeJpeg(structure), structure.orientation)
}
