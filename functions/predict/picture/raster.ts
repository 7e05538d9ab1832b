/** The pixels of a picture as a decoder gives them, row by row, each sample 0..255. */
export interface Raster {
  readonly width: number
  readonly height: number
  /** 1: grey; 3: red, green, blue; 4: these and opacity. */
  readonly channels: 1 | 3 | 4
  readonly samples: Uint8Array | Uint8ClampedArray
}
