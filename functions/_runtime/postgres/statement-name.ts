const tables = /\b(insert into|update|delete from|from|join)\s+(?:only\s+)?([a-z_]+\.[a-z_]+)/gi
const comments = /--.*$/gm
/** As many names as a line of a waterfall has room for. */
const mostNames = 3

/**
 * What a statement does to which tables: `INSERT configs.configs`; where it names none, its first word. There are few of
 * them, however many texts: https://opentelemetry.io/docs/specs/semconv/database/database-spans/#generating-a-summary-of-the-query
 */
export function statementName(text: string): string {
  const statement = text.replaceAll(comments, '')
  const names = Array.from(
    statement.matchAll(tables),
    ([, words = '', table = '']) => `${verbs[words.toLowerCase()] ?? 'SELECT'} ${table}`,
  )
  if (names.length > 0) return [...new Set(names)].slice(0, mostNames).join(' ')
  return /[a-z]+/i.exec(statement)?.[0].toUpperCase() ?? 'SQL'
}

const verbs: Readonly<Record<string, string>> = { 'insert into': 'INSERT', update: 'UPDATE', 'delete from': 'DELETE' }
