import type { Picture } from './picture.ts'

/** A request for one prediction. */
export interface Question {
  readonly type: string
  readonly body: string | File
  /** What the model will see; undefined where the function makes that of a file. */
  readonly picture?: Picture
}

export function questionAbout(picture: Picture): Question {
  // Three decimals are enough to tell 256 greys apart.
  const image = Array.from(picture, (grey) => Math.round((grey / 255) * 1000) / 1000)
  return { type: 'application/json', body: JSON.stringify({ image }), picture }
}
