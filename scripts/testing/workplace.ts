import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { commandLine } from '../local/process-table.ts'
import { readPostmaster } from '../local/postmaster.ts'
import { sleep } from '../local/sleep.ts'
import { QuartetProcess, type Surroundings } from './quartet-process.ts'

/** A working directory in which a test runs quartet; whatever was started in it ends with it. */
export class Workplace {
  readonly folder: string
  readonly #started: QuartetProcess[] = []

  /** @param mode the folder's permissions */
  constructor(mode = 0o755) {
    this.folder = mkdtempSync(join(tmpdir(), 'quartet-workplace-'))
    chmodSync(this.folder, mode)
  }

  /** Where the local server keeps its data. */
  get data(): string {
    return join(this.folder, '.quartet', 'postgres', 'data')
  }

  /** @param env over an environment in which the server takes a free port and does not log requests */
  start(
    argv: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
    surroundings: Partial<Surroundings> = {},
  ): QuartetProcess {
    const started = new QuartetProcess(['start', ...argv], {
      cwd: this.folder,
      env: { PORT: '0', LOG_LEVEL: 'silent', ...env },
      ...surroundings,
    })
    this.#started.push(started)
    return started
  }

  /** The process of the embedded server; undefined when none is running. */
  get postmaster(): number | undefined {
    return readPostmaster(this.data)?.pid
  }

  /** All processes that were given a path in it, which the programs of PostgreSQL are; known on Linux only */
  get programs(): number[] {
    if (!existsSync('/proc')) return []
    const processes = readdirSync('/proc').map(Number).filter(Number.isInteger)
    return processes.filter((pid) => commandLine(pid).includes(this.folder))
  }

  async close(): Promise<void> {
    await Promise.all(this.#started.map((started) => started.kill()))
    const { postmaster } = this
    if (postmaster !== undefined) await killed(postmaster)
    for (const pid of this.programs) process.kill(pid, 'SIGKILL')
    while (this.programs.length > 0) await sleep(10)
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Kills a process without a chance to tidy up, and its children, which notice. */
export async function killed(pid: number): Promise<void> {
  const children = childrenOf(pid)
  process.kill(pid, 'SIGKILL')
  for (const each of [pid, ...children]) {
    while (commandLine(each) !== '') await sleep(10)
  }
}

export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}
