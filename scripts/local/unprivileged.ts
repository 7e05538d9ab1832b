import type { SpawnOptions } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** How to run a program that refuses to be run by root. */
interface Account {
  /** Who must own what the program writes; undefined where this process is not root. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined
  readonly options: SpawnOptions
  command(program: string, argv: readonly string[]): [string, ...string[]]
}

const plainly = (program: string, argv: readonly string[]): [string, ...string[]] => [program, ...argv]

/**
 * Finds an account for a program.
 * @param paths what the program must be able to reach
 */
export function unprivileged(paths: readonly string[]): Account {
  if (process.getuid?.() !== 0) return { owner: undefined, options: {}, command: plainly }
  const owner = nobody()
  if (paths.every(isReachableByAll)) return { owner, options: owner, command: plainly }
  // In a folder that only root may enter, such as /root, the program keeps the one capability that lets it pass.
  const setpriv = '/usr/bin/setpriv'
  if (!existsSync(setpriv)) {
    throw new Error(`PostgreSQL does not run as root, and no other user can enter ${paths.join(' and ')}. Set DATABASE_URL.`)
  }
  const identity = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups']
  const capability = ['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search']
  return { owner, options: {}, command: (program, argv) => [setpriv, ...identity, ...capability, program, ...argv] }
}

/** The account without rights that every system has; PostgreSQL wants one that has a name. */
function nobody(): { uid: number; gid: number } {
  const entry = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))
  if (!entry) throw new Error('PostgreSQL does not run as root, and /etc/passwd has no user nobody. Set DATABASE_URL.')
  return { uid: Number(entry[1]), gid: Number(entry[2]) }
}

function isReachableByAll(path: string): boolean {
  const parent = dirname(path)
  if (parent === path) return true
  return (statSync(parent).mode & 0o001) !== 0 && isReachableByAll(parent)
}
