import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

interface Told {
  readonly what: 'pushing' | 'kept'
  readonly microseconds: number
}

/** A process of the system that counts, until it is killed. */
export class KilledProcess {
  readonly name: string
  /** What it knew to have been kept, in microseconds. */
  least = 0
  /** With what it was about to push. */
  most = 0
  readonly #child: ChildProcess

  constructor(name: string, databaseUrl: string) {
    this.name = name
    this.#child = fork(new URL(import.meta.resolve('./counting-process.ts')), {
      env: { NAME: name, DATABASE_URL: databaseUrl },
      execArgv: [],
    })
    this.#child.on('message', ({ what, microseconds }: Told) => {
      if (what === 'pushing') this.most = microseconds
      else this.least = microseconds
    })
  }

  /** Waits until it has pushed, and a while longer, and kills it wherever it is then. */
  async kill(afterMs: number): Promise<void> {
    while (this.least === 0) await once(this.#child, 'message')
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    const ended = once(this.#child, 'close')
    this.#child.kill('SIGKILL')
    await ended
  }
}
