import { badRequest, type Flaw } from '../../_runtime/reply/problem.ts'
import { isStorable, parsePath } from './search-path.ts'
import { pathTerm, valueTerm } from './search-term.ts'

/** What a config must have to be found, or must not have. */
export interface Condition {
  readonly term: string
  readonly isWanted: boolean
  /** What one of the values at the path must be besides, when the term is that of a path. */
  readonly comparison?: Comparison
}

export interface Comparison {
  readonly path: readonly string[]
  readonly operator: ComparisonOperator
  readonly operand: string
}

const comparisonOperators = ['gt', 'gte', 'lt', 'lte', 'prefix'] as const
type ComparisonOperator = (typeof comparisonOperators)[number]

const longestValue = 10_000

/**
 * Reads the conditions of a search, all of which have to hold. The operator is in brackets behind the path, as in
 * `metadata.zone[ne]=b`: what many HTTP APIs do, and no key that is written as parsePath has it can be taken for one.
 * @param most how many there may be
 * @throws Problem 400 that names every parameter that is wrong
 */
export function conditionsOf(
  parameters: Readonly<Record<string, string | readonly string[]>>,
  most: number,
): readonly Condition[] {
  const flaws: Flaw[] = []
  const conditions: Condition[] = []
  for (const [name, values] of Object.entries(parameters)) {
    for (const value of [values].flat()) {
      const condition = conditionOf(name, value)
      if ('flaw' in condition) flaws.push({ at: name, detail: condition.flaw })
      else conditions.push(condition)
    }
  }
  const all = conditions.length + flaws.length
  if (all > most) throw badRequest(`Over ${most} conditions; this search has ${all}.`)
  if (flaws.length > 0) throw badRequest('A condition cannot be read; errors says which.', flaws)
  return conditions
}

function conditionOf(name: string, value: string): Condition | { readonly flaw: string } {
  const [, place = '', operator = 'eq'] = /^([^[]*)(?:\[([^[\]]*)\])?$/s.exec(name) ?? []
  const path = parsePath(place)
  if ('flaw' in path) return path
  if (value.length > longestValue) return { flaw: `The value is over ${longestValue} characters long` }
  if (!isStorable(value)) return { flaw: 'No value has a NUL character or half of a surrogate pair' }
  switch (operator) {
    case 'eq':
      return { term: valueTerm(path, value), isWanted: true }
    case 'ne':
      return { term: valueTerm(path, value), isWanted: false }
    case 'exists':
      if (value === 'true' || value === 'false') return { term: pathTerm(path), isWanted: value === 'true' }
      return { flaw: 'Expected true or false' }
  }
  const known = comparisonOperators.find((each) => each === operator)
  if (known) return { term: pathTerm(path), isWanted: true, comparison: { path, operator: known, operand: value } }
  return { flaw: `Expected eq, ne, exists, ${comparisonOperators.join(', ')} in the brackets` }
}
