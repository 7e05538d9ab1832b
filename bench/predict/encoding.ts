/** A way to send a picture. */
export interface Encoding {
  readonly name: string
  readonly contentType: string
  /** @param greys 784 row-major bytes, 0 = background */
  readonly encode: (greys: Uint8Array) => Buffer
}

/** @param decimals of a grey value; 3 tell 256 of them apart, and examples/seven.json has as many */
export function json(decimals: number): Encoding {
  return {
    name: 'JSON',
    contentType: 'application/json',
    encode: (greys) => {
      const image = Array.from(greys, (grey) => Number((grey / 255).toFixed(decimals)))
      return Buffer.from(JSON.stringify({ image }))
    },
  }
}

export const octets: Encoding = {
  name: 'octets',
  contentType: 'application/octet-stream',
  encode: (greys) => Buffer.from(greys),
}
