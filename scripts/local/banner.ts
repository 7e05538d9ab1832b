import type { QuartetFunction } from '../../functions/_runtime/function/function.ts'

/**
 * What a user wants to know when the server has started.
 * @param url where it answers
 * @param data where the configs are kept, in words
 */
export function banner(functions: readonly QuartetFunction[], url: string, data: string | undefined): string {
  const names = functions.map(({ definition }) => definition.name)
  const width = Math.max(...names.map((name) => name.length))
  const examples = functions.map(({ definition: { name, example } }) => {
    return `  ${name.padEnd(width)}  ${example.replaceAll('$URL', url)}`
  })
  const kept = data === undefined ? [] : [`Data is kept in ${data}.`]
  return [
    '',
    `Quartet serves ${names.join(', ')} on ${url}`,
    '',
    ...examples,
    '',
    ...kept,
    'Ctrl-C ends it.',
    '',
    '',
  ].join('\n')
}
