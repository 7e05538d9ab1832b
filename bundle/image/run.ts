import { execFileSync } from 'node:child_process'

// The index of a Debian release is that large, unpacked.
const outputBytes = 2 ** 30

/**
 * Runs a program of the machine's.
 * @returns what it printed
 * @throws Error with what it said when it fails, or that it is not there
 */
export function run(program: string, argv: readonly string[]): string {
  try {
    return execFileSync(program, argv, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: outputBytes,
    })
  } catch (error) {
    const { code, stderr } = error as { readonly code?: string; readonly stderr?: string }
    const what = code === 'ENOENT' ? 'it is not on the PATH' : stderr?.trim()
    throw new Error(`${[program, ...argv.slice(0, 2)].join(' ')} failed: ${what}`, { cause: error })
  }
}
