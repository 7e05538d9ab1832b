import type { RawBody } from '../../_runtime/request/body.ts'
import { imageOfPicture } from '../picture/picture.ts'
import { imagesOfJson } from './json-images.ts'
import type { Images } from './json-reader.ts'
import { imagesOfOctets } from './octets.ts'

/** The forms in which images are sent. */
type Form = 'json' | 'octets' | 'png' | 'jpeg'

/**
 * @returns a promise for pictures only: what decodes them is loaded when the first one comes
 * @throws Problem 400 that says what is wrong, and where; 413 for a picture of too many pixels
 */
export function imagesOf({ form, bytes }: RawBody<Form>): Images | Promise<Images> {
  if (form === 'json') return imagesOfJson(bytes)
  if (form === 'octets') return imagesOfOctets(bytes)
  return imageOfPicture(bytes, `image/${form}`).then((values) => ({ values, isList: false }))
}
