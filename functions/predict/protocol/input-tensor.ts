import type { Flaw } from '../../_runtime/reply/problem.ts'
import { jsonPointer } from '../../_runtime/request/validate.ts'
import { mostImages } from '../input/json-reader.ts'
import { imagesOfOctets } from '../input/octets.ts'
import { pixels, side } from '../model.ts'
import type { InferenceBody } from './inference-body.ts'
import { misfit, misfits, quoted, type Path } from './misfit.ts'
import type { RequestInput } from './schema.ts'
import { images } from './signature.ts'

/** How grey values are written. */
interface Datatype {
  readonly bytesPerValue: number
  /** What stands for ink. */
  readonly ink: number
  readonly isGrey: (value: number) => boolean
  readonly expected: string
  /** @param octets of as many images as it is long */
  readonly read: (octets: Buffer) => Float32Array
}

// In the order in which people are told of them.
const datatypes: Readonly<Record<string, Datatype>> = {
  FP32: {
    bytesPerValue: 4,
    ink: 1,
    isGrey: (value) => value >= 0 && value <= 1,
    expected: 'a number from 0 to 1',
    read: floatsOf,
  },
  UINT8: {
    bytesPerValue: 1,
    ink: 255,
    isGrey: (value) => Number.isInteger(value) && value >= 0 && value <= 255,
    expected: 'a whole number from 0 to 255',
    read: (octets) => imagesOfOctets(octets).values,
  },
}

// An image by itself, as frameworks have it: with a dimension for its one color before or behind the others, or flat.
const layouts = [[side, side], [pixels], [1, side, side], [side, side, 1]]
// More than anybody reads.
const mostFlaws = 100

/**
 * Reads the input of the model, from the JSON or from behind it.
 * @returns row-major grey values 0..1, shape [n, 28, 28]
 * @throws Problem 400
 */
export function imagesOf({ request: { inputs }, octets }: InferenceBody): Float32Array {
  const input = onlyInput(inputs)
  const datatype = datatypeOf(input)
  const shape = shapeOf(input)
  const isInData = input.data !== undefined && input.data !== null
  const length = input.parameters?.binary_data_size
  if (isInData && typeof length === 'number') {
    throw misfit(['inputs', 0], 'Expected data or a parameter binary_data_size, not both')
  }
  if (isInData && octets !== undefined && octets.length > 0) {
    throw misfit(['inputs', 0], `Behind the JSON are ${octets.length} bytes, of which no binary_data_size speaks`)
  }
  if (isInData) return new DataReader(datatype, shape).read(input.data ?? [])
  if (typeof length === 'number') return readOctets(octets, length, datatype, shape)
  throw misfit(['inputs', 0], 'Expected data, or a parameter binary_data_size and bytes behind the JSON')
}

function onlyInput(inputs: readonly RequestInput[]): RequestInput {
  const [input, other] = inputs
  if (!input) throw misfit(['inputs'], `Expected the input of the model, ${images.name}`)
  if (other) throw misfit(['inputs', 1], `Expected one input only, ${images.name}`)
  if (input.name !== images.name) {
    throw misfit(['inputs', 0, 'name'], `Expected "${images.name}", received ${quoted(input.name)}`)
  }
  if (input.parameters?.shared_memory_region !== undefined) {
    const path = ['inputs', 0, 'parameters', 'shared_memory_region']
    throw misfit(path, 'There is no shared memory here; send the tensor in the body')
  }
  return input
}

function datatypeOf({ datatype: name }: RequestInput): Datatype {
  const datatype = Object.hasOwn(datatypes, name) ? datatypes[name] : undefined
  if (datatype) return datatype
  const known = Object.entries(datatypes).map(([each, { expected }]) => `${each} (${expected})`)
  throw misfit(['inputs', 0, 'datatype'], `Expected ${known.join(' or ')}, received ${quoted(name)}`)
}

function shapeOf({ shape }: RequestInput): readonly number[] {
  const [count = 0, ...image] = shape
  if (!layouts.some((layout) => layout.join() === image.join())) {
    const [usual, ...others] = layouts.map((layout) => `[${['n', ...layout].join(', ')}]`)
    const expected = `Expected ${usual} with n images, or ${others.join(', ')}`
    throw misfit(['inputs', 0, 'shape'], `${expected}; received [${shape.slice(0, 8).join(', ')}]`)
  }
  if (count < 1 || count > mostImages) {
    throw misfit(['inputs', 0, 'shape', 0], `Expected 1 to ${mostImages} images, received ${count}`)
  }
  return shape
}

function readOctets(
  octets: Buffer | undefined,
  length: number,
  { bytesPerValue, expected, read }: Datatype,
  shape: readonly number[],
): Float32Array {
  const path = ['inputs', 0, 'parameters', 'binary_data_size']
  if (!octets) {
    throw misfit(path, 'Expected a header Inference-Header-Content-Length, which says where the JSON ends')
  }
  if (length !== octets.length) {
    throw misfit(path, `Behind the JSON are ${octets.length} bytes, and it says ${length}`)
  }
  const right = product(shape) * bytesPerValue
  if (length !== right) throw misfit(path, `Expected ${right} bytes for the shape and the datatype, received ${length}`)
  const values = read(octets)
  const flaws: Flaw[] = []
  for (let index = 0; index < values.length && flaws.length < mostFlaws; index += 1) {
    const value = values[index] ?? 0
    if (value >= 0 && value <= 1) continue
    const at = indexIn(shape, index)
    flaws.push({ at: '/inputs/0', detail: `The value at [${at.join(', ')}] is ${value}; expected ${expected}` })
  }
  if (flaws.length > 0) throw misfits(flaws)
  return values
}

/** What stands at an index of a tensor that is laid out flat. */
function indexIn(shape: readonly number[], index: number): number[] {
  let rest = index
  return shape
    .toReversed()
    .map((length) => {
      const at = rest % length
      rest = Math.floor(rest / length)
      return at
    })
    .toReversed()
}

/** Reads values out of JSON, flat or nested as the shape is. */
class DataReader {
  readonly #datatype: Datatype
  readonly #shape: readonly number[]
  readonly #values: Float32Array
  readonly #flaws: Flaw[] = []

  constructor(datatype: Datatype, shape: readonly number[]) {
    this.#datatype = datatype
    this.#shape = shape
    this.#values = new Float32Array(product(shape))
  }

  /** @throws Problem 400 */
  read(data: readonly unknown[]): Float32Array {
    this.#read(data, Array.isArray(data[0]) ? this.#shape : [this.#values.length], 0, ['inputs', 0, 'data'])
    if (this.#flaws.length > 0) throw misfits(this.#flaws)
    return this.#values
  }

  #read(data: unknown, [length = 0, ...inner]: readonly number[], offset: number, path: Path): void {
    const kind = inner.length === 0 ? 'numbers' : 'arrays'
    if (!Array.isArray(data)) this.#flaw(path, `Expected an array of ${length} ${kind}`)
    else if (data.length !== length) this.#flaw(path, `Expected ${length} ${kind}, received ${data.length}`)
    else if (inner.length === 0) this.#readNumbers(data, offset, path)
    else {
      const size = product(inner)
      for (let at = 0; at < length; at += 1) this.#read(data[at], inner, offset + at * size, [...path, at])
    }
  }

  #readNumbers(data: readonly unknown[], offset: number, path: Path): void {
    const { isGrey, ink, expected } = this.#datatype
    for (let at = 0; at < data.length; at += 1) {
      const value = data[at]
      if (typeof value === 'number' && isGrey(value)) this.#values[offset + at] = value / ink
      else this.#flaw([...path, at], `Expected ${expected}`)
    }
  }

  #flaw(path: Path, detail: string): void {
    if (this.#flaws.length < mostFlaws) this.#flaws.push({ at: jsonPointer(path), detail })
  }
}

/**
 * A copy: where the JSON before them ends, floats are seldom aligned. They are little-endian, as is all that ONNX
 * Runtime's binding runs on.
 */
function floatsOf(octets: Buffer): Float32Array {
  const copy = new Uint8Array(octets)
  return new Float32Array(copy.buffer)
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1)
}
