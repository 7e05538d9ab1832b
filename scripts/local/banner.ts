import type { QuartetFunction } from '../../functions/_runtime/function.ts'
import type { RuntimeSettings } from '../../functions/_runtime/settings.ts'

const everyAddress = new Set(['127.0.0.1', '::1', 'localhost', '0.0.0.0', '::'])

/**
 * What a user wants to know when the server has started.
 * @param data where the configs are kept, in words
 */
export function banner(
  functions: readonly QuartetFunction[],
  { host, port }: Pick<RuntimeSettings, 'host' | 'port'>,
  data: string | undefined,
): string {
  const url = `http://${everyAddress.has(host) ? 'localhost' : host}:${port}`
  const names = functions.map(({ definition }) => definition.name)
  const width = Math.max(...names.map((name) => name.length))
  const examples = functions.map(({ definition: { name, example } }) => {
    return `  ${name.padEnd(width)}  ${example.replace('$URL', url)}`
  })
  const kept = data === undefined ? [] : [`Data is kept in ${data}.`]
  return ['', `Quartet serves ${names.join(', ')} on ${url}`, '', ...examples, '', ...kept, 'Ctrl-C ends it.', '', ''].join('\n')
}
