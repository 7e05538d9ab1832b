import { dirname } from 'node:path'

import type { Entry } from './entry.ts'

const blockBytes = 512
// A header has room for so many bytes of a name; a longer one stands in a record of its own before it.
const nameBytes = 100
const types = { file: '0', link: '2', folder: '5', extended: 'x' } as const
const modes = { file: 0o644, program: 0o755, link: 0o777, folder: 0o755 } as const

/**
 * Writes a tar archive (POSIX.1-2001). The same entries, in any order, give the same bytes: sorted by path, with the
 * folders that lead to them, owned by root where nothing else is said, and as old as the epoch.
 */
export function tarOf(entries: readonly Entry[]): Buffer {
  const byPath = new Map<string, Entry>()
  for (const entry of entries) {
    for (const path of foldersAbove(entry.path)) if (!byPath.has(path)) byPath.set(path, { kind: 'folder', path })
    byPath.set(entry.path, entry)
  }
  const sorted = [...byPath.values()].toSorted((one, other) => (one.path < other.path ? -1 : 1))
  return Buffer.concat([...sorted.flatMap(blocksOf), Buffer.alloc(2 * blockBytes)])
}

function foldersAbove(path: string): string[] {
  const above = dirname(path)
  return above === '.' || above === '/' ? [] : [...foldersAbove(above), above]
}

function blocksOf(entry: Entry): Buffer[] {
  const content = entry.kind === 'file' ? entry.content : Buffer.alloc(0)
  const path = entry.kind === 'folder' ? `${entry.path}/` : entry.path
  const target = entry.kind === 'link' ? entry.target : ''
  const mode =
    entry.kind === 'file'
      ? modes[entry.isProgram ? 'program' : 'file']
      : (entry.kind === 'folder' && entry.mode) || modes[entry.kind]
  const owner = (entry.kind === 'folder' && entry.owner) || 0
  return [
    ...extendedHeader(path, target),
    header({ path, target, type: types[entry.kind], mode, owner, size: content.length }),
    ...padded(content),
  ]
}

/** Names that do not fit into a header. */
function extendedHeader(path: string, target: string): Buffer[] {
  const tooLong = Object.entries({ path, linkpath: target }).filter(([, name]) => Buffer.byteLength(name) > nameBytes)
  if (tooLong.length === 0) return []
  const content = Buffer.from(tooLong.map(([key, name]) => record(key, name)).join(''))
  const described = { path: 'extended', target: '', type: types.extended, mode: modes.file, owner: 0 }
  return [header({ ...described, size: content.length }), ...padded(content)]
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  const bytes = Buffer.byteLength(rest)
  const length = bytes + String(bytes + String(bytes).length).length
  return `${length}${rest}`
}

interface Header {
  readonly path: string
  readonly target: string
  readonly type: string
  readonly mode: number
  readonly owner: number
  readonly size: number
}

function header({ path, target, type, mode, owner, size }: Header): Buffer {
  const block = Buffer.alloc(blockBytes)
  const octal = (value: number, at: number, digits: number): number =>
    block.write(value.toString(8).padStart(digits, '0'), at)
  block.write(Buffer.from(path).subarray(0, nameBytes).toString('latin1'), 0, 'latin1')
  octal(mode, 100, 7)
  octal(owner, 108, 7)
  octal(owner, 116, 7)
  octal(size, 124, 11)
  octal(0, 136, 11)
  // The sum is taken as if it were spaces itself.
  block.write(' '.repeat(8), 148)
  block.write(type, 156)
  block.write(Buffer.from(target).subarray(0, nameBytes).toString('latin1'), 157, 'latin1')
  block.write('ustar\x0000', 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\x00 `, 148)
  return block
}

function padded(content: Buffer): Buffer[] {
  const rest = content.length % blockBytes
  return rest === 0 ? [content] : [content, Buffer.alloc(blockBytes - rest)]
}
