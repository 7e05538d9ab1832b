/** Chosen pixels of a picture: 1 for each of them, row by row. */
export interface Mask {
  readonly width: number
  readonly height: number
  readonly values: Uint8Array
}

/** @returns the pixels from which a chosen one is at most a distance away, in each direction */
export function grown({ width, height, values }: Mask, distance: number): Mask {
  const result = new Uint8Array(values.length)
  for (let row = 0; row < height; row += 1) growLine(values, result, row * width, 1, width, distance)
  const across = result.slice()
  for (let column = 0; column < width; column += 1) growLine(across, result, column, width, height, distance)
  return { width, height, values: result }
}

/** Grows one line: `length` pixels from `start` on, `step` apart. */
function growLine(
  from: Uint8Array,
  to: Uint8Array,
  start: number,
  step: number,
  length: number,
  distance: number,
): void {
  let reached = 0
  for (let index = 0; index < length; index += 1) {
    if (from[start + index * step] === 0) continue
    const end = Math.min(length, index + distance + 1)
    for (let near = Math.max(reached, index - distance); near < end; near += 1) to[start + near * step] = 1
    reached = end
  }
}
