import { execFileSync } from 'node:child_process'

/** A part of the Debian mirror that this machine's apt is told to use. */
interface Source {
  readonly site: string
  readonly release: string
  readonly component: string
}

// apt's own program for its ways of getting files: proxies and mirrors are as the machine has them.
const helper = '/usr/lib/apt/apt-helper'

export function sources(): Source[] {
  const format = '$(SITE) $(RELEASE) $(COMPONENT)'
  const lines = run('apt-get', ['indextargets', '--format', format, 'Identifier: Packages']).trim().split('\n')
  return [...new Set(lines)].map((line) => {
    const [site = '', release = '', component = ''] = line.split(' ')
    return { site, release, component }
  })
}

/** @throws Error when the file is not there, or is not the one that has this checksum */
export function download(url: string, file: string, checksum?: string): void {
  run(helper, ['download-file', url, file, ...(checksum === undefined ? [] : [`SHA256:${checksum}`])])
}

export function run(program: string, argv: readonly string[]): string {
  try {
    return execFileSync(program, argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 30 })
  } catch (error) {
    const { code, stderr } = error as { readonly code?: string; readonly stderr?: string }
    if (code !== 'ENOENT') throw new Error(`${program} ${argv[0]} failed: ${stderr?.trim()}`, { cause: error })
    const advice = 'Build on Debian or Ubuntu, or take a base with --base.'
    throw new Error(`The base is composed by Debian's tools, and there is no ${program} here. ${advice}`, {
      cause: error,
    })
  }
}
