import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

import { sleep } from '../scripts/local/sleep.ts'

/** A server under test, as a process of its own. */
export class Program {
  readonly url: string
  readonly #child: ChildProcess
  #output = ''

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString()
      })
    }
  }

  /** Starts a program with the Node that runs this. */
  static spawn(argv: readonly string[], port: number, env: Readonly<Record<string, string>>): Program {
    const variables = { PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: String(port), ...env }
    const child = spawn(process.execPath, argv, { env: variables, stdio: ['ignore', 'pipe', 'pipe'] })
    return new Program(child, `http://127.0.0.1:${port}`)
  }

  /**
   * Starts a program, and waits until it answers.
   * @throws Error with what it printed, when it ends instead
   */
  static async start(argv: readonly string[], port: number, env: Readonly<Record<string, string>>): Promise<Program> {
    const program = Program.spawn(argv, port, env)
    while (!(await program.#answers())) {
      const { exitCode } = program.#child
      if (exitCode !== null) throw new Error(`${argv.join(' ')} ended with ${exitCode}:\n${program.output}`)
      await sleep(10)
    }
    return program
  }

  /** What it has printed so far. */
  get output(): string {
    return this.#output
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** @returns the exit code; null when a signal ended it */
  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'close')
    return this.#child.exitCode
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.signal('SIGKILL')
    await this.ended()
  }

  async #answers(): Promise<boolean> {
    return fetch(`${this.url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    )
  }
}
