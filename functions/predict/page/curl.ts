import type { Question } from './question.ts'

/** The command that asks the same in a shell. */
export function curlOf(url: string, { type, body }: Question): string {
  const data = typeof body === 'string' ? `-d ${quoted(body)}` : `--data-binary ${quoted(`@${body.name}`)}`
  return [`curl ${quoted(url)}`, `-H ${quoted(`content-type: ${type}`)}`, data].join(' \\\n  ')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
