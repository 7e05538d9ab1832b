import { clock, milliseconds, rate } from '../report/format.ts'
import type { Tally } from './tally.ts'

const restSeconds = 15

/** Says how a load goes: each second in one line of a terminal, and elsewhere now and then. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream
  readonly #name: string
  #last = ''
  #toldAt = 0

  constructor(stream: NodeJS.WriteStream, name: string) {
    this.#stream = stream
    this.#name = name
  }

  tell(stage: string, tally?: Tally): void {
    const text = `${this.#name}: ${stage}${tally ? ` ${statusOf(tally)}` : ''}`
    if (this.#stream.isTTY) this.#stream.write(`\r\u001b[K${text.slice(0, this.#stream.columns - 1)}`)
    else if (stage !== this.#last || performance.now() - this.#toldAt > restSeconds * 1000) {
      this.#toldAt = performance.now()
      this.#stream.write(`${text}\n`)
    }
    this.#last = stage
  }

  clear(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\u001b[K')
  }
}

function statusOf(tally: Tally): string {
  const { achieved, p95, failed } = tally.recent(Date.now())
  const scales = Object.values(tally.now)
  const sum = (key: 'ready' | 'wanted'): number => scales.reduce((total, scale) => total + scale[key], 0)
  const route = scales.some(({ isActivatorInPath }) => isActivatorInPath) ? ', through the activator' : ''
  const pods = scales.length > 0 ? `, ${sum('ready')} of ${sum('wanted')} pods${route}` : ''
  return `${clock(tally.seconds)}, ${rate(achieved)}/s, p95 ${milliseconds(p95)}, ${failed} failed${pods}`
}
