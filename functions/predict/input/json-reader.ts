import { pixels, side } from '../model.ts'

/** Images as they were sent. */
export interface Images {
  /** Row-major grey values 0..1, shape [n, 28, 28]. */
  readonly values: Float32Array
  /** Whether they came as a list, even of one. */
  readonly isList: boolean
}

/** Most images in a request. */
export const mostImages = 32

const quote = 0x22
const comma = 0x2c
const dot = 0x2e
const zero = 0x30
const nine = 0x39
const colon = 0x3a
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

// A mantissa of so many decimals is an exact integer in a double, with a 1 before the point, or with the 255 of bytes.
const mostDecimals = 15
const mostDecimalsOfBytes = 12
const powersOfTen = Array.from({ length: mostDecimals + 1 }, (_, exponent) => 10 ** exponent)
const notRead = -1

/**
 * Reads `{"image": [...]}` or `{"images": [[...], ...]}`, with or without `"scale"`, from its bytes straight into floats. By
 * JSON.parse it takes a fifth longer, with numbers as Python writes them twice as long, and then each is still to be checked.
 * @returns undefined for everything else, wrong or only unusual: JSON.parse then says what it is
 */
export function readImages(bytes: Buffer): Images | undefined {
  const images = new ImageReader(bytes, 1).read()
  // Its scale may stand behind the numbers.
  return images ?? (bytes.includes('"scale"') ? new ImageReader(bytes, 255).read() : undefined)
}

/** Each of its methods takes where to begin, and returns where it ended, or `notRead`. */
class ImageReader {
  readonly #bytes: Uint8Array
  #scale: number
  #hasScale = false
  #images: Images | undefined

  /** @param scale of numbers that come before it is said */
  constructor(bytes: Uint8Array, scale: number) {
    this.#bytes = bytes
    this.#scale = scale
  }

  read(): Images | undefined {
    const end = this.#readObject(this.#skip(0))
    const isRead = end !== notRead && this.#skip(end) === this.#bytes.length
    return isRead && (this.#hasScale || this.#scale === 1) ? this.#images : undefined
  }

  #readObject(start: number): number {
    if (this.#bytes[start] !== openBrace) return notRead
    let at = start
    do {
      at = this.#readMember(this.#skip(at + 1))
      if (at === notRead) return notRead
      at = this.#skip(at)
    } while (this.#bytes[at] === comma)
    return this.#bytes[at] === closeBrace ? at + 1 : notRead
  }

  #readMember(start: number): number {
    const end = this.#bytes.indexOf(quote, start + 1)
    if (this.#bytes[start] !== quote || end === -1 || end - start > 'images'.length + 1) return notRead
    const key = String.fromCharCode(...this.#bytes.subarray(start + 1, end))
    const at = this.#skip(end + 1)
    if (this.#bytes[at] !== colon) return notRead
    const value = this.#skip(at + 1)
    if (key === 'scale') return this.#readScale(value)
    // Of a key that stands twice, JSON.parse takes the last.
    if (this.#images) return notRead
    if (key === 'image') return this.#readOne(value)
    return key === 'images' ? this.#readList(value) : notRead
  }

  #readScale(start: number): number {
    const bytes = this.#bytes
    const is255 = bytes[start] === 0x32 && bytes[start + 1] === 0x35 && bytes[start + 2] === 0x35
    if (this.#hasScale || (!is255 && bytes[start] !== 0x31)) return notRead
    this.#hasScale = true
    const scale = is255 ? 255 : 1
    if (this.#images && scale !== this.#scale) return notRead
    this.#scale = scale
    return start + (is255 ? 3 : 1)
  }

  #readOne(start: number): number {
    const values = new Float32Array(pixels)
    const end = this.#readImage(start, values, 0)
    this.#images = { values, isList: false }
    return end
  }

  #readList(start: number): number {
    if (this.#bytes[start] !== openBracket) return notRead
    const values = new Float32Array(mostImages * pixels)
    let count = 0
    let at = start
    do {
      if (count === mostImages) return notRead
      at = this.#readImage(this.#skip(at + 1), values, count * pixels)
      if (at === notRead) return notRead
      count += 1
      at = this.#skip(at)
    } while (this.#bytes[at] === comma)
    this.#images = { values: values.subarray(0, count * pixels), isList: true }
    return this.#bytes[at] === closeBracket ? at + 1 : notRead
  }

  /** Of 784 numbers, or of 28 rows of 28. */
  #readImage(start: number, values: Float32Array, offset: number): number {
    const bytes = this.#bytes
    if (bytes[start] !== openBracket) return notRead
    const first = this.#skip(start + 1)
    if (bytes[first] !== openBracket) return readNumbers(bytes, first, values, offset, pixels, this.#scale)
    let at = start
    for (let row = 0; row < side; row += 1) {
      if (row > 0 && bytes[at] !== comma) return notRead
      at = this.#skip(at + 1)
      if (bytes[at] !== openBracket) return notRead
      at = readNumbers(bytes, this.#skip(at + 1), values, offset + row * side, side, this.#scale)
      if (at === notRead) return notRead
      at = this.#skip(at)
    }
    return bytes[at] === closeBracket ? at + 1 : notRead
  }

  #skip(start: number): number {
    return skipSpace(this.#bytes, start)
  }
}

function skipSpace(bytes: Uint8Array, start: number): number {
  // V8 reads faster where it has never seen a read behind the end.
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at]
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at
  }
  return bytes.length
}

/**
 * Reads so many numbers of 0..scale and the bracket behind them.
 * @param start where the first number begins
 */
function readNumbers(
  bytes: Uint8Array,
  start: number,
  values: Float32Array,
  offset: number,
  count: number,
  scale: number,
): number {
  const last = offset + count - 1
  let at = start
  for (let index = offset; ; index += 1) {
    // Most of a digit is ground, and the values are zeros already.
    for (; index < last && bytes[at] === zero; index += 1) {
      if (bytes[at + 1] === comma) at += 2
      else if (bytes[at + 1] === dot && bytes[at + 2] === zero && bytes[at + 3] === comma) at += 4
      else break
      if (bytes[at] === 0x20) at += 1
    }
    if ((bytes[at] ?? 0) <= 0x20) at = skipSpace(bytes, at)
    const value = readNumber(bytes, at, scale)
    if (value === notRead) return notRead
    values[index] = value
    at = bytes[numberEnd] === comma ? numberEnd : skipSpace(bytes, numberEnd)
    if (index === last) return bytes[at] === closeBracket ? at + 1 : notRead
    if (bytes[at] !== comma) return notRead
    at += bytes[at + 1] === 0x20 ? 2 : 1
  }
}

/** Where the number that was read last ended; returning it in an object beside the number would take longer than reading. */
let numberEnd = 0

/**
 * Reads a number without a sign or an exponent as JSON.parse and a Float32Array would: as the float that is nearest to the
 * double that is nearest to what is written, over the scale.
 * https://www.exploringbinary.com/fast-path-decimal-to-floating-point-conversion/
 */
function readNumber(bytes: Uint8Array, start: number, scale: number): number {
  let at = start
  let byte = bytes[at] ?? 0
  let whole = 0
  for (; byte >= zero && byte <= nine && at < start + 3; byte = bytes[(at += 1)] ?? 0) whole = whole * 10 + byte - zero
  if (at === start || (bytes[start] === zero && at > start + 1)) return notRead
  let mantissa = whole
  let decimals = 0
  let isExact = true
  if (byte === dot) {
    const point = at
    const end = point + (whole > 1 ? mostDecimalsOfBytes : mostDecimals)
    byte = bytes[(at += 1)] ?? 0
    // Two small integers, since the processor adds digits to those in half the time that it takes with doubles.
    let high = 0
    for (; byte >= zero && byte <= nine && at <= point + 9; byte = bytes[(at += 1)] ?? 0) high = high * 10 + byte - zero
    decimals = at - point - 1
    if (decimals === 0) return notRead
    let low = 0
    for (; byte >= zero && byte <= nine && at <= end; byte = bytes[(at += 1)] ?? 0) low = low * 10 + byte - zero
    const more = at - point - 1 - decimals
    mantissa = (whole * (powersOfTen[decimals] ?? 1) + high) * (powersOfTen[more] ?? 1) + low
    decimals += more
    for (; byte >= zero && byte <= nine; byte = bytes[(at += 1)] ?? 0) isExact = isExact && byte === zero
  }
  if ((byte >= zero && byte <= nine) || byte === 0x65 || byte === 0x45) return notRead
  numberEnd = at
  // Both operands are exact, so that the one rounding of the division is the right one.
  const power = powersOfTen[decimals] ?? 1
  const value = mantissa / power / scale
  if (value > 1) return notRead
  if (isExact) return value
  // What is written lies between these two, and rounding keeps the order of numbers: where they are the same float, so is it.
  return Math.fround(value) === Math.fround((mantissa + 1) / power / scale) && value < 1 ? value : notRead
}
