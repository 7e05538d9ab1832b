import { isOnPath } from '../scripts/on-path.ts'

/** @throws Error when the PATH does not have one of them */
export function requireTools(programs: readonly string[]): void {
  const missing = missingTools(programs)
  if (missing.length > 0) throw new Error(`This needs ${missing.join(' and ')}, which the PATH does not have.`)
}

/** @returns those of the programs that are not on the PATH */
export function missingTools(programs: readonly string[]): string[] {
  return programs.filter((program) => !isOnPath(program))
}
