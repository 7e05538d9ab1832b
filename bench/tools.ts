import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** @throws Error when the PATH does not have one of them */
export function requireTools(programs: readonly string[]): void {
  const missing = missingTools(programs)
  if (missing.length > 0) throw new Error(`This needs ${missing.join(' and ')}, which the PATH does not have.`)
}

/** @returns those of the programs that are not on the PATH */
export function missingTools(programs: readonly string[]): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return programs.filter((program) => !folders.some((folder) => isExecutable(join(folder, program))))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
