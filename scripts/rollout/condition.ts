/**
 * What must hold of a measurement: `result >= 0.95`, `result <= stable * 1.5 + 0.1 && result < 2`.
 * Numbers, result, stable, + - * /, comparisons, && || ! and parentheses, with the precedence of JavaScript. It is read by
 * the parser below and nothing else: a condition comes from a file, and shall not be able to do anything.
 */
export interface Condition {
  readonly text: string
  /** Whether it compares with the stable revision. */
  readonly needsStable: boolean
  readonly holds: (values: Values) => boolean
}

interface Values {
  readonly result: number
  readonly stable?: number | undefined
}

/** Of truth values, true is 1 and false is 0. */
type Expression = (values: Values) => number

type Operation = (left: number, right: number) => number

/** Operators from those that bind least to those that bind most. */
const levels: readonly Readonly<Record<string, Operation>>[] = [
  { '||': (left, right) => (isTrue(left) ? left : right) },
  { '&&': (left, right) => (isTrue(left) ? right : left) },
  { '==': (left, right) => truth(left === right), '!=': (left, right) => truth(left !== right) },
  {
    '<=': (left, right) => truth(left <= right),
    '>=': (left, right) => truth(left >= right),
    '<': (left, right) => truth(left < right),
    '>': (left, right) => truth(left > right),
  },
  { '+': (left, right) => left + right, '-': (left, right) => left - right },
  { '*': (left, right) => left * right, '/': (left, right) => left / right },
]

const tokens = /\s*(\d+(?:\.\d+)?(?:e[+-]?\d+)?|[a-z]+|\|\||&&|[<>=!]=|[-+*/<>!()])/giy
const deepest = 50

/** @throws Error with what was expected, and where */
export function parseCondition(text: string): Condition {
  const parser = new Parser(text)
  const expression = parser.parse()
  return { text, needsStable: parser.needsStable, holds: (values) => isTrue(expression(values)) }
}

class Parser {
  needsStable = false
  readonly #text: string
  readonly #tokens: { text: string; at: number }[] = []
  #next = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
    let end = 0
    for (const match of text.matchAll(tokens)) {
      end = match.index + match[0].length
      this.#tokens.push({ text: match[1] ?? '', at: end - (match[1] ?? '').length })
    }
    const rest = text.slice(end).trimStart()
    if (rest !== '') throw expected('a number, "result", "stable" or an operator', text, text.length - rest.length)
  }

  parse(): Expression {
    const expression = this.#level(0)
    if (this.#next < this.#tokens.length) throw this.#expected('an operator')
    return expression
  }

  #level(index: number): Expression {
    const operations = levels[index]
    if (operations === undefined) return this.#unary()
    let left = this.#level(index + 1)
    for (;;) {
      const operation = operations[this.#peek()]
      if (operation === undefined) return left
      this.#next += 1
      const [first, second] = [left, this.#level(index + 1)]
      left = (values) => operation(first(values), second(values))
    }
  }

  #unary(): Expression {
    // A file can nest as deep as it likes, and this must not run out of stack.
    if (this.#depth >= deepest) throw this.#expected('fewer parentheses and signs')
    this.#depth += 1
    const expression = this.#operand()
    this.#depth -= 1
    return expression
  }

  #operand(): Expression {
    const token = this.#peek()
    this.#next += 1
    if (token === '-') return negated(this.#unary())
    if (token === '!') return inverted(this.#unary())
    if (token === '(') {
      const inner = this.#level(0)
      if (this.#peek() !== ')') throw this.#expected('")"')
      this.#next += 1
      return inner
    }
    if (token === 'result') return ({ result }) => result
    if (token === 'stable') {
      this.needsStable = true
      return ({ stable }) => stable ?? Number.NaN
    }
    const number = Number(token)
    if (token === '' || Number.isNaN(number)) {
      this.#next -= 1
      throw this.#expected('a number, "result", "stable" or "("')
    }
    return () => number
  }

  #peek(): string {
    return this.#tokens[this.#next]?.text ?? ''
  }

  #expected(what: string): Error {
    return expected(what, this.#text, this.#tokens[this.#next]?.at ?? this.#text.length)
  }
}

function expected(what: string, text: string, at: number): Error {
  return new Error(`Expected ${what} at character ${at + 1} of "${text}"`)
}

/** As in JavaScript: what cannot be reckoned, such as 0 / 0, is not true. */
function isTrue(value: number): boolean {
  return value !== 0 && !Number.isNaN(value)
}

function truth(claim: boolean): number {
  return claim ? 1 : 0
}

function negated(expression: Expression): Expression {
  return (values) => -expression(values)
}

function inverted(expression: Expression): Expression {
  return (values) => truth(!isTrue(expression(values)))
}
