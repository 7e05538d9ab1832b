import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { functions } from '../../functions/list.ts'
import { architectures, ownArchitecture, type Architecture } from './architecture.ts'
import type { BundledPackage } from '../bundled-packages.ts'
import type { Compression } from './compression.ts'
import type { Entry } from './entry.ts'
import { entriesOf } from './folder-entries.ts'
import { functionFolder } from './image.ts'
import { layerOf, type Layer } from './layer.ts'
import { licenceEntries } from './licences.ts'

const root = join(import.meta.dirname, '../..')
const cacheFile = `${functionFolder}/function.js.cache`
const native = /\/(onnxruntime_binding\.node|libonnxruntime\.so\.1)$/

/**
 * What an image has beyond its base, each a layer of its own: ONNX Runtime, which outlives many versions of the function;
 * the chunks that every function has, which a registry then holds once; those that it has beside, which no start reads; the
 * function; and the code that V8 has compiled of it, which weighs more than the function and which only this kind of
 * processor can use.
 */
export async function functionLayers(
  name: string,
  architecture: Architecture,
  compression: Compression,
  packages: readonly BundledPackage[],
): Promise<Layer[]> {
  const built = entriesOf(join(root, 'dist', name), functionFolder)
  const libraries = built.filter(({ path }) => native.test(path)).map((entry) => librariesFor(architecture, entry))
  const cache = architecture === ownArchitecture() ? built.filter(({ path }) => path === cacheFile) : []
  const code = built.filter(({ path }) => !native.test(path) && path !== cacheFile)
  const common = code.filter(isInEveryBundle)
  const demanded = code.filter((entry) => isChunk(entry) && !isInEveryBundle(entry))
  const own = code.filter((entry) => !common.includes(entry) && !demanded.includes(entry))
  const layers: [string, Entry[]][] = [
    ['ONNX Runtime', libraries],
    ['chunks of every function', common],
    [`${name}, on demand`, demanded],
    [name, [...own, ...licenceEntries(packages)]],
    [`${name}, compiled`, cache],
  ]
  return Promise.all(
    layers.filter(([, entries]) => entries.length > 0).map(([title, entries]) => layerOf(title, entries, compression)),
  )
}

function isChunk({ kind, path }: Entry): boolean {
  return kind === 'file' && path.startsWith(`${functionFolder}/chunks/`)
}

function isInEveryBundle(entry: Entry): boolean {
  if (entry.kind !== 'file' || !isChunk(entry)) return false
  return Object.keys(functions).every((name) => {
    const same = join(root, 'dist', name, entry.path.slice(functionFolder.length + 1))
    return existsSync(same) && readFileSync(same).equals(entry.content)
  })
}

/** ONNX Runtime's package has its library for every kind of processor; dist/ has that of this machine. */
function librariesFor(architecture: Architecture, entry: Entry): Entry {
  const folder = join(root, 'node_modules/onnxruntime-node/bin/napi-v6/linux', architectures[architecture])
  const content = readFileSync(join(folder, entry.path.slice(functionFolder.length + 1)))
  return { kind: 'file', path: entry.path, content, isProgram: true }
}
