import { existsSync, readFileSync } from 'node:fs'

/** A process and its descendants, as they are now; where there is no /proc, the process alone. */
export function processTree(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`
  if (!existsSync(path)) return [pid]
  const children = readFileSync(path, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  return [pid, ...children.flatMap(processTree)]
}
