import { Problem } from '../../_runtime/reply/problem.ts'

/** A media type of the pictures that are read. */
export type PictureType = 'image/png' | 'image/jpeg'

const titles = { 400: 'Bad Request', 413: 'Content Too Large' } as const

/**
 * Finds the digit in a picture, and makes of it what MNIST's makers made of theirs.
 * @param bytes a PNG or JPEG file
 * @returns row-major grey values 0..1 (0 = ground, 1 = ink), shape [28, 28]
 * @throws Problem 400 when the file is broken, of another type or shows no digit; 413 when it has too many pixels
 */
export async function imageOfPicture(bytes: Uint8Array, mediaType: PictureType): Promise<Float32Array> {
  // The decoders and all that is here are a chunk of their own, which the first picture loads. It has its own copy of
  // what it imports, so it returns why it refuses a picture: a Problem that it threw would be of another class.
  const { readPicture } = await import('./reading.ts')
  const reading = await readPicture(bytes, mediaType)
  if ('image' in reading) return reading.image
  const { status, message, offset } = reading.refusal
  throw new Problem(status, titles[status], message, {
    errors: offset === undefined ? [] : [{ at: `byte ${offset}`, detail: message }],
  })
}
