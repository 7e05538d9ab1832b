import type { EffectiveSetting } from '../functions/_runtime/settings/configuration.ts'
import type { EffectiveSettings } from './settings-report.ts'

type Row = readonly [setting: string, value: string, origin: string]

const everywhere = 'all functions'
/** Of an address that is no secret itself, such as that of a collector. */
const credentials = /\/\/[^\s/@]+@/g

/** Each setting with its value and where it comes from; what all functions have in common is said once. */
export function settingsTable(effective: EffectiveSettings): string {
  const groups = [...effective].map(([name, settings]) => [name, settings.map(rowOf)] as const)
  const [, first = []] = groups[0] ?? []
  const common = first.filter((row) => groups.every(([, rows]) => rows.some((other) => isSame(row, other))))
  const own = groups.map(
    ([name, rows]) => [name, rows.filter((row) => !common.some((other) => isSame(row, other)))] as const,
  )
  const shown = [[everywhere, common] as const, ...own].filter(([, rows]) => rows.length > 0)
  const widths = [0, 1].map((column) =>
    Math.max(...groups.flatMap(([, rows]) => rows.map((row) => row[column]?.length ?? 0))),
  )
  const line = (row: Row): string => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`
  return shown.map(([name, rows]) => `${name}\n${rows.map(line).join('')}`).join('\n')
}

function rowOf({ path, value, origin }: EffectiveSetting): Row {
  const setting = path.join('.')
  if (setting === 'database.url' && origin === 'preset') return [setting, '(none)', 'set DATABASE_URL']
  return [setting, typeof value === 'string' ? value.replace(credentials, '//***@') : JSON.stringify(value), origin]
}

function isSame(row: Row, other: Row): boolean {
  return row.every((cell, column) => cell === other[column])
}
