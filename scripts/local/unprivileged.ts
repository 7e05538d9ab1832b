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

const setpriv = '/usr/bin/setpriv'
const plainly = (program: string, argv: readonly string[]): [string, ...string[]] => [program, ...argv]

/**
 * Finds an account for a program.
 * @param paths what the program must be able to reach
 */
export function unprivileged(paths: readonly string[]): Account {
  if (process.getuid?.() !== 0) return { owner: undefined, options: {}, command: plainly }
  const owner = nobody()
  if (paths.every(isReachableByAll)) return { owner, options: owner, command: plainly }
  const capability = capabilityToPass()
  if (capability === undefined) {
    const advice = 'Use a folder that all may enter, or set DATABASE_URL.'
    throw new Error(`PostgreSQL does not run as root, and no other user can enter ${paths.join(' and ')}. ${advice}`)
  }
  // In a folder that only root may enter, such as /root, the program keeps the one capability that lets it pass.
  const identity = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups']
  // Without the securebit access(2), by which initdb finds its programs, would leave capabilities out of account.
  const kept = [`--inh-caps=+${capability}`, `--ambient-caps=+${capability}`, '--securebits=+no_setuid_fixup']
  return { owner, options: {}, command: (program, argv) => [setpriv, ...identity, ...kept, program, ...argv] }
}

/** The capabilities that open every folder, by their bits, the lesser first; containers often have the other only. */
const capabilities = { dac_read_search: 2n, dac_override: 1n }

/** @returns undefined where this process has none to hand on, or nothing to hand it on with */
function capabilityToPass(): string | undefined {
  if (!existsSync(setpriv)) return undefined
  const [, effective = '0'] = /^CapEff:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  const held = Object.entries(capabilities).find(([, bit]) => (BigInt(`0x${effective}`) >> bit) & 1n)
  return held?.[0]
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
