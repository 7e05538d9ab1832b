/** What the grammar of JSON (RFC 8259) lets come next. */
type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end'

/**
 * Finds where a text stops being JSON. It reads each character once, which no search with JSON.parse does: a client who
 * sends much of what is nearly JSON must not cost more than one who sends JSON.
 * @param source a text that JSON.parse refuses
 * @returns the index of the first UTF-16 unit that no JSON text could have there; the text's length when it only ends early
 */
export function syntaxErrorPosition(source: string): number {
  const groups: ('{' | '[')[] = []
  let expected: Expected = 'value'
  let at = 0
  for (;;) {
    at = skipWhitespace(source, at)
    const found = source[at]
    const group = groups.at(-1)
    const isValue: boolean = expected === 'value' || expected === 'value or end'
    const isKey: boolean = expected === 'key' || expected === 'key or end'
    if (isValue && (found === '{' || found === '[')) {
      groups.push(found)
      expected = found === '{' ? 'key or end' : 'value or end'
      at += 1
    } else if (group && found === (group === '{' ? '}' : ']') && expected.endsWith('end')) {
      groups.pop()
      expected = 'comma or end'
      at += 1
    } else if (group && found === ',' && expected === 'comma or end') {
      expected = group === '{' ? 'key' : 'value'
      at += 1
    } else if (found === ':' && expected === 'colon') {
      expected = 'value'
      at += 1
    } else if (isValue || (isKey && found === '"')) {
      const end = scalarEnd(source, at)
      if (end < 0) return ~end
      expected = isValue ? 'comma or end' : 'colon'
      at = end
    } else return at
  }
}

/** @returns where the string, number or literal ends; the complement of where the text stops being one */
function scalarEnd(source: string, at: number): number {
  const first = source[at]
  if (first === '"') return stringEnd(source, at + 1)
  if (first === '-' || isDigit(source.charCodeAt(at))) return numberEnd(source, first === '-' ? at + 1 : at)
  const literal = ['true', 'false', 'null'].find((word) => word[0] === first)
  if (literal === undefined) return ~at
  for (const [index, letter] of Object.entries(literal)) {
    if (source[at + Number(index)] !== letter) return ~(at + Number(index))
  }
  return at + literal.length
}

function stringEnd(source: string, begin: number): number {
  let at = begin
  for (;;) {
    const character = source[at]
    if (character === '"') return at + 1
    if (character === undefined || character < ' ') return ~at
    at += 1
    if (character !== '\\') continue
    const escaped = source[at]
    if (escaped === undefined || !'"\\/bfnrtu'.includes(escaped)) return ~at
    at += 1
    if (escaped !== 'u') continue
    for (const end = at + 4; at < end; at += 1) {
      if (!/[\da-f]/i.test(source[at] ?? '')) return ~at
    }
  }
}

function numberEnd(source: string, begin: number): number {
  let at = source[begin] === '0' ? begin + 1 : digitsEnd(source, begin)
  if (at === begin) return ~at
  if (source[at] === '.') {
    const fraction = at + 1
    at = digitsEnd(source, fraction)
    if (at === fraction) return ~at
  }
  if (source[at] === 'e' || source[at] === 'E') {
    const exponent = source[at + 1] === '+' || source[at + 1] === '-' ? at + 2 : at + 1
    at = digitsEnd(source, exponent)
    if (at === exponent) return ~at
  }
  return at
}

function digitsEnd(source: string, begin: number): number {
  let at = begin
  while (isDigit(source.charCodeAt(at))) at += 1
  return at
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39
}

function isWhitespace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09
}

function skipWhitespace(source: string, begin: number): number {
  let at = begin
  while (isWhitespace(source.charCodeAt(at))) at += 1
  return at
}
