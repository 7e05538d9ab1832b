import { isMap, isPair, LineCounter, parseDocument, type Document, type Range } from 'yaml'

import { SettingsError, type SettingsFile } from './configuration.ts'

/**
 * Reads a settings file.
 * @param name what findings call the file
 * @param source YAML 1.2 (so JSON too)
 * @throws SettingsError with every syntax error at its line and column
 */
export function parseSettingsFile(name: string, source: string): SettingsFile {
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
    placeOf: (path) => place(offsetOf(document, path)),
  }
}

/** Where the key stands that the path ends with, or the closest group around it that the file has. */
function offsetOf(document: Document, path: readonly string[]): number {
  let node: unknown = document.contents
  let offset = 0
  for (const key of path) {
    if (!isMap(node)) break
    const pair = node.items.find((item) => isPair(item) && String(item.key) === key)
    if (!pair) break
    offset = (pair.key as { range?: Range | null }).range?.[0] ?? offset
    node = pair.value
  }
  return offset
}
