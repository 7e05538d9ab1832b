import { existsSync } from 'node:fs'

import { run } from './run.ts'

/** A part of the Debian mirror that this machine's apt is told to use. */
interface Source {
  readonly site: string
  readonly release: string
  readonly component: string
}

// apt's own program for its ways of getting files: proxies and mirrors are as the machine has them.
const helper = '/usr/lib/apt/apt-helper'

/** @throws Error on a machine without apt */
export function sources(): Source[] {
  if (!existsSync(helper))
    throw new Error(
      `There is no apt here, which gets Debian's packages. Build on Debian or Ubuntu, or give a base by --base.`,
    )
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
