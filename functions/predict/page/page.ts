import { byId } from '../../_runtime/page/elements.ts'
import { say } from '../../_runtime/page/say.ts'
import { Asking } from './asking.ts'
import { Command } from './command.ts'
import { Drawing } from './drawing.ts'
import { Facts } from './facts.ts'
import { takeFiles } from './files.ts'
import { drawWithKeyboard } from './keyboard.ts'
import { Notice } from './notice.ts'
import { pageTimings } from './page-timing.ts'
import { Paper, type Content } from './paper.ts'
import type { Pen } from './pen.ts'
import { drawWithPointer } from './pointer.ts'
import { Reading } from './reading.ts'
import { SampleStrip } from './sample-strip.ts'
import { Sample } from './sample.ts'
import { send } from './send.ts'
import { unpackTestDigits } from './test-digits.ts'
import { Upload } from './upload.ts'

const spoken = byId('spoken', HTMLParagraphElement)
const paper = new Paper(byId('paper', HTMLCanvasElement), byId('photo', HTMLImageElement))
const reading = new Reading()
const facts = new Facts()
const notice = new Notice()
const samples = new SampleStrip()
const command = new Command(spoken)

let content: Content | undefined
/** What the reading is of. */
let read: Content | undefined

const asking = new Asking<Content>(send, {
  answered(about, answer) {
    read = about
    const sentence = reading.show(answer, about instanceof Sample ? about.label : undefined)
    facts.showAnswer(answer)
    notice.hide()
    // While the pen is down every answer is a passing one.
    if (!pen.isDown) say(spoken, sentence)
  },
  refused(about, { title, detail, retryAfterSeconds, isPassing }) {
    if (read !== about) clearReading()
    notice.show(title, detail, isPassing && retryAfterSeconds === undefined)
  },
  waited() {
    reading.showWaiting()
    say(spoken, 'Waiting for an answer')
  },
})

const pen: Pen = {
  get isDown() {
    return content instanceof Drawing && content.isPenDown
  },
  putDown(point) {
    const drawing = content instanceof Drawing ? content : new Drawing()
    drawing.putDown(point)
    put(drawing)
  },
  moveTo(point) {
    if (content instanceof Drawing && content.moveTo(point)) put(content)
  },
  lift() {
    if (!(content instanceof Drawing) || !content.isPenDown) return
    content.lift()
    put(content)
  },
}

/** Puts something on the paper, or again what has changed, and asks what it is. */
function put(next: Content): void {
  if (next !== content) notice.hide()
  if (next !== content && !(next instanceof Sample)) samples.clear()
  content = next
  paper.show(next)
  command.show(next)
  asking.ask(next)
}

function clear(): void {
  content = undefined
  asking.stop()
  samples.clear()
  notice.hide()
  paper.show(undefined)
  command.show(undefined)
  clearReading()
  say(spoken, 'Cleared')
}

function clearReading(): void {
  read = undefined
  reading.clear()
  facts.clear()
}

drawWithPointer(paper.canvas, pen)
drawWithKeyboard(paper, pen, spoken)

takeFiles(byId('choose', HTMLButtonElement), byId('file', HTMLInputElement), (file) => {
  if (Upload.canBeOf(file)) put(new Upload(file))
  else notice.show('Neither PNG nor JPEG', `${file.name} cannot be read.`, false)
})

byId('clear', HTMLButtonElement).addEventListener('click', clear)
document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape' || key === 'Delete') clear()
})
notice.onAgain(() => {
  if (content) asking.ask(content)
})

facts.showPage(pageTimings())
samples.fill(await unpackTestDigits(), put)
