import { write, writeSync } from 'node:fs'

import type { DestinationStream } from 'pino'

// Lines wait this long for each other: a system call for each took a sixth of the time of a small request.
const batchMs = 10
const bufferBytes = 65_536
// A reader that has stopped must not fill the memory: above this many full buffers, lines are dropped.
const mostFullBuffers = 256
const busyRetryMs = 50

/**
 * Writes log lines to a file descriptor in batches, and never waits for its reader. Lines are encoded into one buffer as
 * they come; sonic-boom, which pino brings, joins them as text first, which took 2 us more of each request.
 */
export class LogOutput implements DestinationStream {
  readonly #fd: number
  #filling = Buffer.allocUnsafe(bufferBytes)
  #length = 0
  /** Full or due, in order; the first may be on its way to the system. */
  #due: Buffer[] = []
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #isBroken = false

  constructor(fd: number) {
    this.#fd = fd
  }

  write(line: string): void {
    // A UTF-16 unit takes three bytes of UTF-8 at most.
    const mostBytes = line.length * 3
    if (mostBytes > bufferBytes - this.#length) {
      this.#retire()
      if (mostBytes > bufferBytes) this.#enqueue(Buffer.from(line))
    }
    if (mostBytes <= bufferBytes) this.#length += this.#filling.write(line, this.#length)
    this.#timer ??= setTimeout(() => void this.flush(), batchMs)
  }

  /** Writes everything that was given so far. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#retire()
    while (this.#due.length > 0) {
      this.#writing ??= this.#writeDue().finally(() => (this.#writing = undefined))
      await this.#writing
    }
  }

  /** As flush(), for a process that is ending and runs nothing more. */
  flushSync(): void {
    this.#retire()
    // What is under way to the system already is not written twice.
    const rest = this.#due.splice(this.#writing ? 1 : 0)
    try {
      for (const bytes of rest) writeSync(this.#fd, bytes)
    } catch {
      // Its reader is gone or has stopped: there is nobody left to tell.
    }
  }

  #retire(): void {
    if (this.#length === 0) return
    this.#enqueue(this.#filling.subarray(0, this.#length))
    this.#filling = Buffer.allocUnsafe(bufferBytes)
    this.#length = 0
  }

  #enqueue(bytes: Buffer): void {
    if (!this.#isBroken && this.#due.length < mostFullBuffers) this.#due.push(bytes)
  }

  async #writeDue(): Promise<void> {
    for (let bytes = this.#due[0]; bytes; bytes = this.#due[0]) {
      let written = 0
      while (written < bytes.length && !this.#isBroken) written += await this.#writeSome(bytes.subarray(written))
      this.#due.shift()
    }
  }

  /** @returns how many bytes the system took */
  #writeSome(bytes: Buffer): Promise<number> {
    return new Promise((resolve) => {
      write(this.#fd, bytes, (error, written) => {
        if (!error) resolve(written)
        else if (error.code === 'EAGAIN' || error.code === 'EINTR') setTimeout(() => resolve(0), busyRetryMs)
        else {
          // Its reader is gone, and the process has other work than to tell nobody so.
          this.#isBroken = true
          resolve(0)
        }
      })
    })
  }
}
