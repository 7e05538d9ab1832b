import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const itself = [process.execPath, join(import.meta.dirname, '..', 'quartet.ts')] as const

export interface Surroundings {
  /** The working directory. */
  readonly cwd: string
  /** All the environment that it gets, but for the PATH. */
  readonly env?: Readonly<Record<string, string>>
  /** What comes before the arguments; the program itself unless told otherwise. */
  readonly command?: readonly [string, ...string[]]
  /** Whether it leads a process group, as what a shell starts does. */
  readonly leadsGroup?: boolean
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
  readonly #leadsGroup: boolean
  #stdout = ''
  #stderr = ''

  constructor(argv: readonly string[], { cwd, env = {}, command = itself, leadsGroup = false }: Surroundings) {
    const PATH = process.env['PATH'] ?? ''
    this.#leadsGroup = leadsGroup
    const [file, ...given] = command
    this.#child = spawn(file, [...given, ...argv], {
      cwd,
      env: { PATH, ...env },
      detached: leadsGroup,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text))
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text))
    this.#ended = once(this.#child, 'close')
  }

  get pid(): number {
    return this.#child.pid ?? Number.NaN
  }

  get stderr(): string {
    return this.#stderr
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

  /** As signal(), for all processes of the group that it leads: so does a terminal. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal)
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

  /** Kills it, and with it the group that it leads. */
  async kill(): Promise<void> {
    try {
      if (this.#leadsGroup) this.signalGroup('SIGKILL')
      else this.signal('SIGKILL')
    } catch {
      // Nobody of the group is left.
    }
    await this.#ended
  }
}

/** Runs the quartet command to its end. */
export function quartet(argv: readonly string[], surroundings: Surroundings): Promise<Outcome> {
  return new QuartetProcess(argv, surroundings).outcome()
}
