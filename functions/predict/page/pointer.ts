import type { Pen } from './pen.ts'
import { onPaper, type Point } from './strokes.ts'

/** Lets a mouse, a finger or a stylus draw. */
export function drawWithPointer(canvas: HTMLCanvasElement, pen: Pen): void {
  let pointer: number | undefined

  canvas.addEventListener('pointerdown', (event) => {
    if (pointer !== undefined || event.button !== 0) return
    pointer = event.pointerId
    canvas.setPointerCapture(pointer)
    pen.putDown(pointOf(event))
  })

  canvas.addEventListener('pointermove', (event) => {
    if (event.pointerId !== pointer || !pen.isDown) return
    // Only pages that came by HTTPS or from this machine are told where a pointer was between two frames.
    const passed = event.getCoalescedEvents?.() ?? []
    for (const each of passed.length > 0 ? passed : [event]) pen.moveTo(pointOf(each))
  })

  canvas.addEventListener('lostpointercapture', (event) => {
    if (event.pointerId !== pointer) return
    pointer = undefined
    pen.lift()
  })

  function pointOf({ clientX, clientY }: PointerEvent): Point {
    const { left, top, width, height } = canvas.getBoundingClientRect()
    return onPaper((clientX - left) / width, (clientY - top) / height)
  }
}
