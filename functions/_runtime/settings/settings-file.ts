import type * as Yaml from 'yaml'

import { SettingsError, type SettingsFile } from './configuration.ts'
import { isGroup } from './settings-draft.ts'

/** Deeper than any setting; an alias can make a group a part of itself, and a file as deep as it likes. */
const mostLevels = 16

/**
 * Reads a settings file.
 * @param name what findings call the file
 * @param source YAML 1.2 (so JSON too)
 * @throws SettingsError with every syntax error at its line and column
 */
export async function parseSettingsFile(name: string, source: string): Promise<SettingsFile> {
  // A chunk of its own in a bundle: only a process that has a settings file loads it.
  const yaml = await import('yaml')
  const lines = new yaml.LineCounter()
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${name}:${line}:${col}`
  }
  const document = yaml.parseDocument(source, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    logLevel: 'error',
  })
  const findings = document.errors.map(({ pos, message }) => finding(place(pos[0]), withoutSource(message)))
  if (findings.length > 0) throw new SettingsError(findings)
  return {
    values: valuesOf(document, name),
    placeOf: (path) => place(offsetOf(yaml, document.contents, path)),
  }
}

function valuesOf(document: Yaml.Document, name: string): Readonly<Record<string, unknown>> {
  const place = `${name}:1:1`
  let values: unknown
  try {
    values = document.toJS() ?? {}
  } catch (error) {
    const reason = error instanceof Error ? withoutSource(error.message) : ''
    throw new SettingsError([finding(place, `The aliases of the file cannot be followed: ${reason}`)])
  }
  if (isDeep(values, mostLevels)) throw new SettingsError([finding(place, `Nested over ${mostLevels} levels deep`)])
  if (!isGroup(values)) throw new SettingsError([finding(place, 'The file must be a mapping of settings')])
  return values
}

function finding(place: string, detail: string): { place: string; setting: string; detail: string } {
  return { place, setting: 'YAML', detail }
}

/** Some messages end with the text that they are about, which may be a secret. */
function withoutSource(message: string): string {
  return message.replace(/(?<=[\w)]): .*$/s, '')
}

function isDeep(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((item) => isDeep(item, levels - 1))
}

/** Where the key stands that the path ends with, or the closest group around it that the file has. */
function offsetOf(
  { isMap, isScalar }: typeof Yaml,
  contents: Yaml.Document['contents'],
  path: readonly string[],
): number {
  let node: unknown = contents
  let offset = 0
  for (const name of path) {
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === name) : undefined
    if (!pair || !isScalar(pair.key)) break
    offset = pair.key.range?.[0] ?? offset
    node = pair.value
  }
  return offset
}
