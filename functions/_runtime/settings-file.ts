import type { Document, Range } from 'yaml'

import { SettingsError, type SettingsFile } from './configuration.ts'

/**
 * Reads a settings file.
 * @param name what findings call the file
 * @param source YAML 1.2 (so JSON too)
 * @throws SettingsError with every syntax error at its line and column
 */
export async function parseSettingsFile(name: string, source: string): Promise<SettingsFile> {
  // A chunk of its own in a bundle: only a process that has a settings file loads it.
  const { isMap, LineCounter, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${name}:${line}:${col}`
  }
  if (document.errors.length > 0) {
    throw new SettingsError(
      document.errors.map(({ pos, message }) => ({ place: place(pos[0]), setting: 'YAML', detail: message })),
    )
  }
  const values: unknown = document.toJS() ?? {}
  if (!isMap(document.contents) && document.contents !== null) {
    throw new SettingsError([{ place: `${name}:1:1`, setting: 'YAML', detail: 'The file must be a mapping of settings' }])
  }
  return {
    values: values as Record<string, unknown>,
    placeOf: (path) => place(offsetOf(document.contents, path)),
  }
}

/** Where the key stands that the path ends with, or the closest group around it that the file has. */
function offsetOf(contents: Document['contents'], path: readonly string[]): number {
  let node: unknown = contents
  let offset = 0
  for (const key of path) {
    const pair = itemsOf(node).find((item) => String(item.key) === key)
    if (!pair) break
    offset = pair.key.range?.[0] ?? offset
    node = pair.value
  }
  return offset
}

interface Item {
  readonly key: { readonly range?: Range | null }
  readonly value: unknown
}

function itemsOf(node: unknown): readonly Item[] {
  return typeof node === 'object' && node !== null && 'items' in node ? (node.items as readonly Item[]) : []
}
