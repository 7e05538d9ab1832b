import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const program = join(import.meta.dirname, '..', 'quartet.ts')

interface Surroundings {
  /** The working directory. */
  readonly cwd: string
  /** All the environment that it gets, but for the PATH. */
  readonly env?: Readonly<Record<string, string>>
}

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The quartet command as a process of its own. */
export class QuartetProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  #stdout = ''
  #stderr = ''

  constructor(argv: readonly string[], { cwd, env = {} }: Surroundings) {
    const PATH = process.env['PATH'] ?? ''
    this.#child = spawn(process.execPath, [program, ...argv], {
      cwd,
      env: { PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text))
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text))
    this.#ended = once(this.#child, 'close')
  }

  get pid(): number {
    return this.#child.pid ?? Number.NaN
  }

  get stdout(): string {
    return this.#stdout
  }

  /**
   * Waits for what it says when it has started.
   * @returns the address that it serves
   */
  async url(): Promise<string> {
    while (!this.#stdout.includes('Ctrl-C ends it.')) {
      const event = await Promise.race([
        once(this.#child.stdout ?? this.#child, 'data'),
        this.#ended.then(() => 'ended'),
      ])
      if (event === 'ended') throw new Error(`It ended with ${this.#child.exitCode}:\n${this.#stdout}${this.#stderr}`)
    }
    return /on (http:\S+)/.exec(this.#stdout)?.[1] ?? ''
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async outcome(): Promise<Outcome> {
    await this.#ended
    return { code: this.#child.exitCode, stdout: this.#stdout, stderr: this.#stderr }
  }

  /** Ends it as Ctrl-C does. */
  async interrupt(): Promise<Outcome> {
    this.signal('SIGINT')
    return this.outcome()
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.#ended
  }
}

/** Runs the quartet command to its end. */
export function quartet(argv: readonly string[], surroundings: Surroundings): Promise<Outcome> {
  return new QuartetProcess(argv, surroundings).outcome()
}
