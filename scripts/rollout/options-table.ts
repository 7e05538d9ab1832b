import * as z from 'zod/mini'

import { durationText } from './duration.ts'
import { flags, type Flag } from './flags.ts'
import { Options } from './options.ts'
import { stepsText, type Step } from './steps.ts'

const defaults: unknown = z.parse(Options, {})

/** The table of options in the README. */
export function optionsTable(): string {
  const rows = flags.map(
    (each) => `| \`${each.flag}\` | ${each.help} | ${defaultOf(each)} | \`${each.path.join('.')}\` |`,
  )
  return ['| option | what it says | default | in a file |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function defaultOf({ path, argument }: Flag): string {
  const value = path.reduce<unknown>(
    (at, key) => (at as Readonly<Record<string, unknown>> | undefined)?.[key],
    defaults,
  )
  if (value === undefined) return ''
  if (argument === 'steps') return `\`${stepsText(value as Step[])}\``
  const text = typeof value === 'string' ? value : argument === 'duration' ? durationText(Number(value)) : Number(value)
  return `\`${text}\``
}
