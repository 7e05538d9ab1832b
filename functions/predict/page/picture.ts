import { distance, penWidth, smooth, type Point, type Stroke } from './strokes.ts'

/** The side of what the model sees. */
export const side = 28
/** The longer side of the ink on it. */
const inkSide = 20
/** In pixels, as strokes in MNIST seldom are: what is drawn small would be a blot with the pen as large as the rest. */
const widestPen = 3.5
/** In pixels for the paper's side: what begins as a dot shall not be a disk that looks like a zero. */
const largestScale = 120
/** In pixels: what is nearer makes no difference. */
const leastStep = 0.25

/** What the model sees: row-major grey values 0..255, 0 = background. */
export type Picture = Uint8ClampedArray<ArrayBuffer>

type Line = readonly Point[]

/** Makes of a drawing what MNIST's makers made: ink 20 px long, its center of mass in the middle of 28 x 28 px. */
export function pictureOf(strokes: readonly Stroke[]): Picture {
  const lines = strokes.map(smooth)
  const points = lines.flat()
  if (points.length === 0) return new Uint8ClampedArray(side * side)
  const [left, right] = extent(points.map(({ x }) => x))
  const [top, bottom] = extent(points.map(({ y }) => y))
  const { scale, pen } = enlargement(Math.max(right - left, bottom - top))
  const picture = (middle: Point): Picture => {
    const place = ({ x, y }: Point): Point => ({
      x: side / 2 + (x - middle.x) * scale,
      y: side / 2 + (y - middle.y) * scale,
    })
    return rasterize(
      lines.map((line) => line.map(place)),
      pen / 2,
    )
  }
  const middle = { x: (left + right) / 2, y: (top + bottom) / 2 }
  const mass = centerOfMass(picture(middle))
  return picture({ x: middle.x + (mass.x - side / 2) / scale, y: middle.y + (mass.y - side / 2) / scale })
}

/**
 * How much larger a drawing of some length becomes.
 * @returns pixels for the paper's side, and the width of the pen in pixels
 */
function enlargement(length: number): { readonly scale: number; readonly pen: number } {
  const pen = Math.min((penWidth * inkSide) / (length + penWidth), widestPen)
  const scale = Math.min((inkSide - pen) / length, largestScale)
  return { scale, pen: Math.min(penWidth * scale, pen) }
}

/** Where the ink has its balance, in pixels from the left and from the top. */
export function centerOfMass(picture: Picture): Point {
  const sum = { x: 0, y: 0, ink: 0 }
  for (const [index, ink] of picture.entries()) {
    sum.x += ink * ((index % side) + 0.5)
    sum.y += ink * (Math.floor(index / side) + 0.5)
    sum.ink += ink
  }
  return { x: sum.x / sum.ink, y: sum.y / sum.ink }
}

/**
 * Paints lines with round ends and corners. Not on a canvas: a browser that guards against being recognised reads its
 * canvases back with noise.
 * @param lines in pixels
 * @param radius of the pen, in pixels
 */
function rasterize(lines: readonly Line[], radius: number): Picture {
  const picture: Picture = new Uint8ClampedArray(side * side)
  for (const line of lines) {
    let from = line[0]
    for (const [index, to] of line.entries()) {
      const isEnd = index === 0 || index === line.length - 1
      if (!from || (!isEnd && distance(from, to) < leastStep)) continue
      addLine(picture, from, to, radius)
      from = to
    }
  }
  return picture
}

function addLine(picture: Picture, from: Point, to: Point, radius: number): void {
  const reach = radius + 0.5
  const [left, right] = extent([from.x, to.x])
  const [top, bottom] = extent([from.y, to.y])
  for (let row = pixelAt(top - reach); row <= pixelAt(bottom + reach); row += 1) {
    for (let column = pixelAt(left - reach); column <= pixelAt(right + reach); column += 1) {
      const covered = reach - distanceToLine({ x: column + 0.5, y: row + 0.5 }, from, to)
      const pixel = row * side + column
      picture[pixel] = Math.max(picture[pixel] ?? 0, covered * 255)
    }
  }
}

function pixelAt(position: number): number {
  return Math.min(side - 1, Math.max(0, Math.floor(position)))
}

function distanceToLine({ x, y }: Point, from: Point, to: Point): number {
  const along = { x: to.x - from.x, y: to.y - from.y }
  const squaredLength = along.x ** 2 + along.y ** 2
  const share = squaredLength === 0 ? 0 : ((x - from.x) * along.x + (y - from.y) * along.y) / squaredLength
  const nearest = Math.min(1, Math.max(0, share))
  return Math.hypot(x - from.x - nearest * along.x, y - from.y - nearest * along.y)
}

function extent(values: readonly number[]): [least: number, most: number] {
  return [
    values.reduce((least, value) => Math.min(least, value)),
    values.reduce((most, value) => Math.max(most, value)),
  ]
}
