/** One value for each pixel of a picture, row by row. */
export interface Plane {
  readonly width: number
  readonly height: number
  readonly values: Float32Array
}
