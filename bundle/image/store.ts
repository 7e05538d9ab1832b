import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Where what was downloaded and compressed is kept between runs. */
const storeFolder = join(import.meta.dirname, '../../.quartet/image')

/** What the store has under a name, or what is made now and kept under it. A name stands for the same bytes for ever. */
export async function kept(name: string, make: () => Buffer | Promise<Buffer>): Promise<Buffer> {
  const file = join(storeFolder, name)
  if (existsSync(file)) return readFileSync(file)
  const made = await make()
  writeWhole(file, made)
  return made
}

/** Whoever reads the file finds all of it or none. */
function writeWhole(file: string, content: Buffer): void {
  mkdirSync(dirname(file), { recursive: true })
  const unfinished = `${file}.${process.pid}.unfinished`
  writeFileSync(unfinished, content)
  renameSync(unfinished, file)
}

export function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex')
}
