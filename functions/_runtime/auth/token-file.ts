import { readFileSync } from 'node:fs'

import { SettingsError, type Finding } from '../settings/configuration.ts'
import { tokenForm, tokenOf, type Token } from './token.ts'

const setting = 'auth.tokenFile'
const lineForm = /^([\w.@-]{1,100}): +(\S.*)$/

/**
 * Reads tokens from a file: `NAME: sha256:HASH SCOPE SCOPE` a line, as `quartet token` prints it. A name may have
 * several, so that one can be replaced before the other goes.
 * @throws SettingsError with every line that is wrong, none of which is repeated
 */
export function readTokenFile(path: string): Token[] {
  const findings: Finding[] = []
  const tokens = readLines(path).flatMap((line, index) => {
    const text = line.replace(/#.*/, '').trim()
    if (text === '') return []
    const [, name = '', entry = ''] = lineForm.exec(text) ?? []
    if (tokenForm.test(entry)) return [tokenOf(name, entry)]
    const detail = 'Expected NAME: sha256:HASH SCOPE, as `quartet token` prints'
    findings.push({ place: `${path}:${index + 1}:1`, setting, detail })
    return []
  })
  if (findings.length > 0) throw new SettingsError(findings)
  return tokens
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new SettingsError([{ place: path, setting, detail: `The file cannot be read: ${reason}` }])
  }
}
