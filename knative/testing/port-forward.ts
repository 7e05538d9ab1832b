import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

import type { Namespace } from './namespace.ts'

/** A port of a pod, on a free port of this machine. */
export class PortForward {
  /** Host and port. */
  readonly address: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, address: string) {
    this.#child = child
    this.address = address
  }

  static async open({ name }: Pick<Namespace, 'name'>, object: string, port: number): Promise<PortForward> {
    const argv = ['--namespace', name, 'port-forward', '--address', '127.0.0.1', object, `:${port}`]
    const child = spawn('kubectl', argv, { stdio: ['ignore', 'pipe', 'pipe'] })
    const said = text(child.stderr)
    for await (const line of createInterface({ input: child.stdout })) {
      const address = /^Forwarding from (\S+)/.exec(line)?.[1]
      if (address === undefined) continue
      // Nobody reads what it says of each connection, and a full pipe would halt it.
      child.stdout.resume()
      return new PortForward(child, address)
    }
    throw new Error(`kubectl ${argv.join(' ')} failed: ${await said}`)
  }

  close(): void {
    this.#child.kill()
  }
}
