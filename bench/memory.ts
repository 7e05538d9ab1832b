import { readFileSync } from 'node:fs'

import { processTree } from './process-tree.ts'

/** What a process and its descendants hold in memory, in MB; what they share counts once for each. Linux only. */
export function residentMB(pid: number): number {
  const kilobytes = processTree(pid).map((each) => {
    const status = readFileSync(`/proc/${each}/status`, 'utf8')
    return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0)
  })
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1024
}
