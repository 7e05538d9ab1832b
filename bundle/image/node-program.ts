import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import manifest from '../../package.json' with { type: 'json' }
import { run } from './run.ts'
import { architectures, type Architecture } from './architecture.ts'
import { stripped } from './elf.ts'
import type { Entry } from './entry.ts'
import { kept } from './store.ts'

export const nodeVersion = manifest.devDependencies.node
export const nodePath = 'nodejs/bin/node'

/** Node as its npm package has it, stripped, and its licence, where distroless has the two. */
export async function nodeEntries(architecture: Architecture): Promise<Entry[]> {
  const name = `node-linux-${architectures[architecture]}-${nodeVersion}`
  const read = (path: string) => kept(`node/${name}/${path}`, () => packed(architecture, path))
  return [
    { kind: 'file', path: nodePath, content: stripped(await read('bin/node')), isProgram: true },
    { kind: 'file', path: 'licenses/node/LICENSE', content: await read('LICENSE') },
  ]
}

/** One file of the package; npm verifies what it downloads. */
function packed(architecture: Architecture, path: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'quartet-node-'))
  try {
    const wanted = `node-linux-${architectures[architecture]}@${nodeVersion}`
    const archive = run('npm', ['pack', '--silent', '--pack-destination', folder, wanted]).trim()
    run('tar', ['--extract', '--gzip', '--file', join(folder, archive), '--directory', folder, `package/${path}`])
    return readFileSync(join(folder, 'package', path))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
