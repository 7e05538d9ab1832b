import { badRequest } from '../../_runtime/reply/problem.ts'
import { pixels } from '../model.ts'
import { mostImages, type Images } from './json-reader.ts'

export const octetsLimitBytes = mostImages * pixels

const greys = Float32Array.from({ length: 256 }, (_, byte) => byte / 255)

/**
 * @param bytes row-major grey values 0 (background) to 255 (ink), shape [n, 28, 28]
 * @throws Problem 400 when they are not a whole number of images, 1 to 32
 */
export function imagesOfOctets(bytes: Uint8Array): Images {
  const count = bytes.length / pixels
  if (!Number.isInteger(count) || count < 1) {
    throw badRequest(
      `The body has ${bytes.length} bytes. An image has ${pixels}, a byte for each grey value, and a body 1 to ${mostImages} images.`,
    )
  }
  const values = new Float32Array(bytes.length)
  for (let index = 0; index < bytes.length; index += 1) values[index] = greys[bytes[index] ?? 0] ?? 0
  return { values, isList: true }
}
