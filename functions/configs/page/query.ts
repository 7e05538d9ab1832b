/** What is said of a path, by the words that the page has for it. */
export const operators = {
  is: 'eq',
  'is not': 'ne',
  exists: 'exists',
  'does not exist': 'exists',
  'begins with': 'prefix',
  '>': 'gt',
  '≥': 'gte',
  '<': 'lt',
  '≤': 'lte',
} as const

export type Operator = keyof typeof operators

interface Condition {
  readonly path: string
  readonly operator: Operator
  readonly value: string
}

export interface Query {
  /** How names begin. */
  readonly prefix: string
  readonly conditions: readonly Condition[]
}

const limit = '200'

/** @returns the path of a list, or of a search where there are conditions, with parameters */
export function addressOf({ prefix, conditions }: Query): string {
  const parameters = conditions.map(parameterOf)
  if (prefix !== '') parameters.push(['prefix', prefix])
  parameters.push(['limit', limit], ['fields', 'name'])
  return `${conditions.length > 0 ? 'search' : 'configs'}?${new URLSearchParams(parameters).toString()}`
}

/** The same without what only this page asks for, as a person would write it. */
export function writtenOf({ prefix, conditions }: Query): string {
  const parameters = conditions.map(parameterOf)
  if (prefix !== '') parameters.push(['prefix', prefix])
  const written = parameters.map(([name, value]) => `${legible(name)}=${legible(value)}`)
  return `${conditions.length > 0 ? '/search' : '/configs'}${written.length > 0 ? '?' : ''}${written.join('&')}`
}

export function hasValue(operator: Operator): boolean {
  return operators[operator] !== 'exists'
}

function parameterOf({ path, operator, value }: Condition): [name: string, value: string] {
  const place = /^metadata(?:\.|$)/.test(path) ? path : `metadata.${path}`
  switch (operator) {
    case 'is':
      return [place, value]
    case 'exists':
      return [`${place}[exists]`, 'true']
    case 'does not exist':
      return [`${place}[exists]`, 'false']
    default:
      return [`${place}[${operators[operator]}]`, value]
  }
}

/** Encodes what would not arrive as it is, and no more. */
function legible(text: string): string {
  return text.toWellFormed().replaceAll(/[^\w.~[\]/:@!$*()-]+/g, encodeURIComponent)
}
