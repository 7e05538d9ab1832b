import { hash } from 'node:crypto'

import type { FileConfig } from '../../functions/configs/bulk/config-file.ts'

/** `+` is in the file only, `-` is stored only, `~` is another document. */
export interface Difference {
  readonly kind: '+' | '-' | '~'
  readonly name: string
}

/**
 * Compares a file with what is stored. Of the file it keeps the names, and a hash of each document.
 * @param prefix how the names begin that are compared
 * @throws Error when a name stands twice in the file
 */
export async function* differences(
  file: AsyncIterable<FileConfig>,
  stored: AsyncIterable<FileConfig>,
  prefix: string,
): AsyncGenerator<Difference, void, undefined> {
  const expected = new Map<string, string>()
  for await (const config of file) {
    const { name, line } = config
    if (!name.startsWith(prefix)) continue
    if (expected.has(name)) throw new Error(`line ${line}: "${name}" is in the file already`)
    expected.set(name, hashOf(config))
  }
  for await (const config of stored) {
    const wanted = expected.get(config.name)
    expected.delete(config.name)
    if (wanted === undefined) yield { kind: '-', name: config.name }
    else if (wanted !== hashOf(config)) yield { kind: '~', name: config.name }
  }
  for (const name of [...expected.keys()].toSorted()) yield { kind: '+', name }
}

function hashOf({ nameKey, metadata }: FileConfig): string {
  return hash('sha256', `${nameKey} ${metadata}`, 'base64')
}
