import { side, type Picture } from './picture.ts'

/** Paints white ink on nothing: what is behind the canvas is the background. */
export function paintPicture(canvas: HTMLCanvasElement, picture: Picture): void {
  canvas.width = canvas.height = side
  const pixels = new ImageData(side, side)
  for (const [index, grey] of picture.entries()) pixels.data.set([255, 255, 255, grey], index * 4)
  canvas.getContext('2d')?.putImageData(pixels, 0, 0)
}
