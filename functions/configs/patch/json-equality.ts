import { isJsonObject } from '../documents/metadata.ts'

type SameNumber = (one: unknown, other: unknown) => boolean

/** Whether two JSON values are equal as RFC 6902, section 4.6, has it: the order of members and zeros do not count. */
export function isEqualJson(one: unknown, other: unknown): boolean {
  return isSame(one, other, (a, b) => decimal(JSON.stringify(a)) === decimal(JSON.stringify(b)))
}

/** Whether two JSON values are equal, and their numbers to the letter. */
export function isSameJson(one: unknown, other: unknown): boolean {
  return isSame(one, other, (a, b) => JSON.stringify(a) === JSON.stringify(b))
}

function isSame(one: unknown, other: unknown, isSameNumber: SameNumber): boolean {
  if (isNumber(one)) return one === other || (isNumber(other) && isSameNumber(one, other))
  if (Array.isArray(one)) {
    if (!Array.isArray(other) || one.length !== other.length) return false
    return one.every((item, index) => isSame(item, other[index], isSameNumber))
  }
  if (!isJsonObject(one) || !isJsonObject(other)) return one === other
  const members = Object.entries(one)
  if (members.length !== Object.keys(other).length) return false
  return members.every(([key, value]) => Object.hasOwn(other, key) && isSame(value, other[key], isSameNumber))
}

/** A number, or one that is kept as its text (JSON.rawJSON). */
function isNumber(value: unknown): boolean {
  return typeof value === 'number' || JSON.isRawJSON(value)
}

/**
 * Writes a number in the one way that all of its value have: its digits without zeros around them, and the power of ten
 * of the last. Numbers here can be too large or too long for a JavaScript number.
 */
function decimal(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const sign = mantissa.startsWith('-') ? '-' : ''
  const [whole = '', fraction = ''] = mantissa.slice(sign.length).split('.')
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  let end = digits.length
  while (digits[end - 1] === '0') end -= 1
  if (end === 0) return '0'
  return `${sign}${digits.slice(0, end)}e${BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - end)}`
}
