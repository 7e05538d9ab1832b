import { Drawing } from './drawing.ts'
import { paintPicture } from './picture-canvas.ts'
import { Sample } from './sample.ts'
import { penWidth, smooth, type Point } from './strokes.ts'
import { Upload } from './upload.ts'

export type Content = Drawing | Sample | Upload

/** Where a pen is that no hand holds. */
export interface Cursor {
  readonly point: Point
  readonly isDown: boolean
}

/** The paper: it has what a hand draws on it, a digit of the test set, or a picture. */
export class Paper {
  readonly canvas: HTMLCanvasElement
  readonly #photo: HTMLImageElement
  readonly #context: CanvasRenderingContext2D
  readonly #sample = document.createElement('canvas')
  #content: Content | undefined
  #cursor: Cursor | undefined
  #isFrameDue = false

  constructor(canvas: HTMLCanvasElement, photo: HTMLImageElement) {
    const context = canvas.getContext('2d')
    if (!context) throw new Error('This browser has no canvas.')
    this.canvas = canvas
    this.#photo = photo
    this.#context = context
    // What is wrong with a picture that no browser can show, the function says better.
    photo.addEventListener('error', () => this.#hidePhoto())
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.repaint())
    new ResizeObserver(() => this.repaint()).observe(canvas)
    this.repaint()
  }

  /** Shows something, or again what has changed. */
  show(content: Content | undefined): void {
    if (content !== this.#content) {
      this.#hidePhoto()
      if (content instanceof Sample) paintPicture(this.#sample, content.picture)
      if (content instanceof Upload) this.#showPhoto(content.file)
    }
    this.#content = content
    this.repaint()
  }

  set cursor(cursor: Cursor | undefined) {
    this.#cursor = cursor
    this.repaint()
  }

  /** Paints in the next frame what there is then. */
  repaint(): void {
    if (this.#isFrameDue) return
    this.#isFrameDue = true
    requestAnimationFrame(() => {
      this.#isFrameDue = false
      this.#paint()
    })
  }

  #paint(): void {
    const { canvas } = this
    const context = this.#context
    const size = Math.round(canvas.clientWidth * devicePixelRatio)
    if (canvas.width !== size) canvas.width = canvas.height = size
    context.setTransform(size, 0, 0, size, 0, 0)
    context.clearRect(0, 0, 1, 1)
    const { color, outlineColor } = getComputedStyle(canvas)
    if (this.#content instanceof Drawing) this.#paintDrawing(this.#content, color)
    if (this.#content instanceof Sample) this.#paintSample(color)
    if (this.#cursor) this.#paintCursor(this.#cursor, outlineColor)
  }

  #paintDrawing({ strokes }: Drawing, color: string): void {
    const context = this.#context
    context.lineCap = context.lineJoin = 'round'
    context.lineWidth = penWidth
    context.strokeStyle = color
    context.beginPath()
    for (const [start, ...rest] of strokes.map(smooth)) {
      if (!start) continue
      context.moveTo(start.x, start.y)
      // A line of no length would leave no dot.
      context.lineTo(start.x + 1e-4, start.y)
      for (const { x, y } of rest) context.lineTo(x, y)
    }
    context.stroke()
  }

  #paintSample(color: string): void {
    const context = this.#context
    context.imageSmoothingEnabled = false
    context.drawImage(this.#sample, 0, 0, 1, 1)
    context.globalCompositeOperation = 'source-in'
    context.fillStyle = color
    context.fillRect(0, 0, 1, 1)
    context.globalCompositeOperation = 'source-over'
  }

  #paintCursor({ point, isDown }: Cursor, color: string): void {
    const context = this.#context
    context.beginPath()
    context.arc(point.x, point.y, isDown ? penWidth / 4 : penWidth / 2, 0, 2 * Math.PI)
    if (isDown) {
      // A hole in the ink, through which the paper is seen.
      context.globalCompositeOperation = 'destination-out'
      context.fill()
      context.globalCompositeOperation = 'source-over'
    }
    context.lineWidth = penWidth / 6
    context.strokeStyle = color
    context.stroke()
  }

  #showPhoto(file: File): void {
    this.#photo.src = URL.createObjectURL(file)
    this.#photo.alt = file.name
    this.#photo.hidden = false
  }

  #hidePhoto(): void {
    if (this.#photo.hidden) return
    URL.revokeObjectURL(this.#photo.src)
    this.#photo.hidden = true
    this.#photo.removeAttribute('src')
  }
}
