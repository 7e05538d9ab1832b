import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

import type { Architecture } from '../../../bundle/image/architecture.ts'
import { composedBase, user } from '../../../bundle/image/base.ts'
import { layoutOf, writeLayout } from '../../../bundle/image/layout.ts'
import type { Deliverable } from '../../../bundle/image/delivery.ts'
import type { Entry } from '../../../bundle/image/entry.ts'
import { entriesOf } from '../../../bundle/image/folder-entries.ts'
import { imageOf } from '../../../bundle/image/image.ts'
import { layerOf } from '../../../bundle/image/layer.ts'
import { revisionOf } from '../../../bundle/image/revision.ts'
import { run } from '../../../bundle/image/run.ts'
import { findBinaries } from '../../../scripts/local/binaries.ts'
import { dataFolder } from '../../../scripts/local/data-folder.ts'

const root = join(import.meta.dirname, '../../..')
/** The account of the official image, besides that of ours: PostgreSQL wants one that has a name. */
const officialUser = 999

/**
 * Makes an image of the PostgreSQL that `npm start` and the tests use: a cluster that can pull nothing has a database too.
 * It takes the variables of the official image that it has in common with it, and keeps its data where that does.
 */
export async function postgresImage(
  architecture: Architecture,
  reference: string,
  folder: string,
): Promise<Deliverable> {
  const base = await composedBase(architecture, 'gzip')
  const layer = await layerOf('PostgreSQL', [...(await programEntries()), ...(await dataEntries(folder))], 'gzip')
  const image = imageOf({
    architecture,
    base,
    layers: [layer],
    revision: revisionOf(root),
    labels: {},
    command: ['/postgres/start.cjs'],
  })
  return { reference, ...writeLayout(layoutOf(image, reference), folder, 'postgres') }
}

async function programEntries(): Promise<Entry[]> {
  const { postgres } = await findBinaries()
  const native = join(dirname(postgres), '..')
  return [
    account(),
    { kind: 'folder', path: 'var/lib/postgresql/data', mode: 0o700, owner: user },
    file('postgres/start.cjs', join(import.meta.dirname, 'start.cjs')),
    file('postgres/bin/postgres', postgres, true),
    ...librariesOf(postgres, native),
    ...entriesOf(join(native, 'lib/postgresql'), 'postgres/lib/postgresql').filter(({ path }) => path.endsWith('.so')),
    ...entriesOf(join(native, 'share'), 'postgres/share'),
  ]
}

function account(): Entry {
  const names = [`root:x:0:0::/:/`, `postgres:x:${officialUser}:${officialUser}::/:/`, `nonroot:x:${user}:${user}::/:/`]
  return { kind: 'file', path: 'etc/passwd', content: Buffer.from(`${names.join('\n')}\n`) }
}

/** What the package brings of what the program loads; the base has the rest. */
function librariesOf(program: string, native: string): Entry[] {
  return [...run('ldd', [program]).matchAll(/^\s*(\S+) => (\S+)/gm)]
    .filter(([, , path = '']) => !relative(native, join(path)).startsWith('..'))
    .map(([, name = '', path = '']) => file(`postgres/lib/${name}`, path))
}

/** The data of a server without databases of anybody; who makes it is nobody that a client could be. */
async function dataEntries(folder: string): Promise<Entry[]> {
  const { data } = await dataFolder(join(folder, 'postgres-data'), await findBinaries())
  const found = readdirSync(data, { recursive: true, withFileTypes: true })
  return found.map((each): Entry => {
    const source = join(each.parentPath, each.name)
    const path = join('postgres/data', relative(data, source))
    return each.isDirectory() ? { kind: 'folder', path } : file(path, source)
  })
}

function file(path: string, source: string, isProgram = false): Entry {
  return { kind: 'file', path, content: readFileSync(source), isProgram }
}
