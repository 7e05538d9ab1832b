import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

import { LogLines } from './log-lines.ts'

/** A server that runs as a process of its own. */
export class ServerProcess {
  readonly log = new LogLines()
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown[]>
  #stderr = ''

  /**
   * @param command a file that Node runs as it is, and its arguments
   * @param env all the environment that it gets
   */
  constructor(command: readonly string[], env: Readonly<Record<string, string>>) {
    // A working directory without a settings file of its own.
    const cwd = import.meta.dirname
    this.#child = spawn(process.execPath, command, { cwd, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => this.log.write(text))
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text))
    this.#ended = once(this.#child, 'close')
  }

  get stderr(): string {
    return this.#stderr
  }

  /** Sends a message and waits for what comes back. */
  async ask(question: string): Promise<unknown> {
    this.#child.send(question)
    return this.message()
  }

  /** The next message that the process sends to its parent. */
  async message(): Promise<unknown> {
    const [message] = await Promise.race([once(this.#child, 'message'), this.#ended.then(() => this.#fail())])
    return message
  }

  /** Waits for the port that the log says. */
  async port(): Promise<number> {
    const [line] = await Promise.race([
      this.log.until(({ msg }) => msg === 'listening'),
      this.#ended.then(() => this.#fail()),
    ])
    return Number(line?.['port'])
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Waits for the end, and for all that was written until then. */
  async exitCode(): Promise<number | null> {
    await this.#ended
    return this.#child.exitCode
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  #fail(): never {
    throw new Error(`The process ended with ${this.#child.exitCode}: ${this.#stderr}`)
  }
}
