import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

import type { Metafile } from 'esbuild'

import { bundledPackages, type BundledPackage } from './bundled-packages.ts'

export interface Report {
  readonly name: string
  /** Size of function.js. */
  readonly bundleBytes: number
  /** Size of everything that ships, native libraries and model included. */
  readonly totalBytes: number
  /** What function.js is made of, by package or folder of ours, largest first. */
  readonly largest: readonly { readonly part: string; readonly bytes: number }[]
  /** The packages of which something ships, chunks and the page included. */
  readonly packages: readonly BundledPackage[]
}

/**
 * Tells what a bundle weighs and why.
 * @param others what went into its chunks and its page
 */
export function reportOf(name: string, metafile: Metafile, others: readonly Metafile[], folder: string): Report {
  const { outputs } = metafile
  const bundle = Object.entries(outputs).find(([path]) => path.endsWith('/function.js'))
  if (!bundle) throw new Error(`The build of ${name} made no function.js.`)
  const [, { bytes, inputs }] = bundle
  const parts = new Map<string, number>()
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const part = partOf(path)
    parts.set(part, (parts.get(part) ?? 0) + bytesInOutput)
  }
  const largest = [...parts]
    .map(([part, size]) => ({ part, bytes: size }))
    .toSorted((one, other) => other.bytes - one.bytes)
  return {
    name,
    bundleBytes: bytes,
    totalBytes: bytesIn(folder),
    largest,
    packages: bundledPackages([metafile, ...others]),
  }
}

function partOf(path: string): string {
  const [, inPackages] = path.split('node_modules/')
  if (inPackages === undefined) return path.split('/').slice(0, 2).join('/')
  return inPackages.split('/', inPackages.startsWith('@') ? 2 : 1).join('/')
}

function bytesIn(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}
