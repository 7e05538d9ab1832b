import { say } from '../../_runtime/page/say.ts'
import type { Paper } from './paper.ts'
import type { Pen } from './pen.ts'
import { onPaper, type Point } from './strokes.ts'

const step = 1 / 24
const arrows = new Map([
  ['ArrowLeft', { x: -step, y: 0 }],
  ['ArrowRight', { x: step, y: 0 }],
  ['ArrowUp', { x: 0, y: -step }],
  ['ArrowDown', { x: 0, y: step }],
])

/**
 * Lets the arrow keys move the pen, two at once diagonally, and Space put it down and lift it.
 * @param spoken a live region
 */
export function drawWithKeyboard(paper: Paper, pen: Pen, spoken: Element): void {
  const { canvas } = paper
  const held = new Set<string>()
  let point: Point = { x: 0.5, y: 0.5 }

  canvas.addEventListener('keydown', (event) => {
    const isArrow = arrows.has(event.key)
    if (event.ctrlKey || event.metaKey || event.altKey || !(isArrow || event.key === ' ')) return
    event.preventDefault()
    if (isArrow) move(held.add(event.key))
    else if (!event.repeat) toggle()
    showCursor()
  })

  canvas.addEventListener('keyup', ({ key }) => held.delete(key))
  canvas.addEventListener('pointerdown', () => (paper.cursor = undefined))

  canvas.addEventListener('focus', () => {
    if (canvas.matches(':focus-visible')) showCursor()
  })

  canvas.addEventListener('blur', () => {
    held.clear()
    pen.lift()
    paper.cursor = undefined
  })

  function move(keys: Iterable<string>): void {
    for (const key of keys) {
      const { x, y } = arrows.get(key) ?? { x: 0, y: 0 }
      point = onPaper(point.x + x, point.y + y)
    }
    if (pen.isDown) pen.moveTo(point)
  }

  function toggle(): void {
    if (pen.isDown) pen.lift()
    else pen.putDown(point)
    say(spoken, pen.isDown ? 'Pen down' : 'Pen up')
  }

  function showCursor(): void {
    paper.cursor = { point, isDown: pen.isDown }
  }
}
