import { commandLine } from '../local/process-table.ts'
import { sleep } from '../local/sleep.ts'
import { childrenOf } from './workplace.ts'

/** Ends a server and all its processes at once, in the middle of whatever they do. */
export async function crash(pid: number): Promise<void> {
  // While it is stopped, it starts no more of them.
  process.kill(pid, 'SIGSTOP')
  const all = [pid, ...childrenOf(pid)]
  for (const each of all) kill(each)
  for (const each of all) {
    while (commandLine(each) !== '') await sleep(10)
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
