import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

import type { Entry } from './entry.ts'

/** The files and links in a folder, as entries below a path; empty folders are left out. */
export function entriesOf(folder: string, at: string): Entry[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
  return found.flatMap((each): Entry[] => {
    const file = join(each.parentPath, each.name)
    const path = join(at, relative(folder, file))
    if (each.isSymbolicLink()) return [{ kind: 'link', path, target: readlinkSync(file) }]
    if (!each.isFile()) return []
    return [{ kind: 'file', path, content: readFileSync(file), isProgram: (statSync(file).mode & 0o100) !== 0 }]
  })
}
