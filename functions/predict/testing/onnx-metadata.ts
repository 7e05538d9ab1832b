import { readFileSync } from 'node:fs'

// Field numbers of onnx.ModelProto: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
const metadataProps = 14
const keyField = 1
const valueField = 2

/** What a model file tells about itself, by name; ONNX Runtime does not hand it to JavaScript. */
export function onnxMetadata(path: string): Readonly<Record<string, string>> {
  const entries = fieldsOf(readFileSync(path)).filter(({ field }) => field === metadataProps)
  return Object.fromEntries(
    entries.map(({ bytes }) => {
      const parts = fieldsOf(bytes)
      const text = (wanted: number): string => parts.find(({ field }) => field === wanted)?.bytes.toString() ?? ''
      return [text(keyField), text(valueField)]
    }),
  )
}

const variable = 0
const lengthDelimited = 2
const fixedSizes: Readonly<Record<number, number>> = { 1: 8, 5: 4 }

interface Field {
  readonly field: number
  readonly bytes: Buffer
}

/** Splits a message of Protocol Buffers: https://protobuf.dev/programming-guides/encoding/ */
function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = []
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++] ?? 0
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }
  while (at < message.length) {
    const tag = varint()
    const wireType = tag & 7
    const size = wireType === lengthDelimited ? varint() : (fixedSizes[wireType] ?? 0)
    const start = at
    if (wireType === variable) varint()
    else at += size
    fields.push({ field: tag >> 3, bytes: message.subarray(start, at) })
  }
  return fields
}
