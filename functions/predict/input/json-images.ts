import { jsonBody } from '../../_runtime/request/body.ts'
import { pixels } from '../model.ts'
import { numbersOf, PredictRequest } from '../schema.ts'
import { readImages, type Images } from './json-reader.ts'

const body = jsonBody(PredictRequest)

/**
 * @param bytes JSON as PredictRequest has it
 * @throws Problem 400 that says where the text is no JSON, or with pointers to what is wrong in it
 */
export function imagesOfJson(bytes: Buffer): Images {
  return readImages(bytes) ?? imagesOfDocument(bytes)
}

/** What is wrong, or right in an unusual way, by JSON.parse. */
export function imagesOfDocument(bytes: Buffer): Images {
  const { image, images, scale = 1 } = body.parse(bytes)
  const list = images === undefined ? [image] : (images as readonly unknown[])
  const values = new Float32Array(list.length * pixels)
  for (const [index, each] of list.entries()) {
    values.set(
      numbersOf(each).map((value) => value / Number(scale)),
      index * pixels,
    )
  }
  return { values, isList: images !== undefined }
}
