/** The fields of a protobuf message by their numbers, each with all its values: https://protobuf.dev/programming-guides/encoding/ */
export type Fields = ReadonlyMap<number, readonly (Buffer | bigint)[]>

/** Reads a message without its definition: numbers as they are on the wire, all else as bytes. */
export function fieldsOf(message: Buffer): Fields {
  const fields = new Map<number, (Buffer | bigint)[]>()
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at)
      at += 1
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  const bytes = (count: number): Buffer => {
    at += count
    return message.subarray(at - count, at)
  }
  while (at < message.length) {
    const tag = Number(varint())
    const [number, type] = [tag >> 3, tag & 7]
    const value = valueOf(type)
    fields.set(number, [...(fields.get(number) ?? []), value])
  }
  return fields

  function valueOf(type: number): Buffer | bigint {
    if (type === 0) return varint()
    if (type === 1) return bytes(8).readBigUInt64LE()
    if (type === 2) return bytes(Number(varint()))
    if (type === 5) return BigInt(bytes(4).readUInt32LE())
    throw new Error(`A field has the wire type ${type}, which there is not.`)
  }
}

export function messagesIn(fields: Fields, number: number): Fields[] {
  return (fields.get(number) ?? []).map((value) => {
    if (typeof value === 'bigint') throw new Error(`Field ${number} is a number, not a message.`)
    return fieldsOf(value)
  })
}

export function bytesIn(fields: Fields, number: number): Buffer {
  const value = fields.get(number)?.[0]
  return typeof value === 'object' ? value : Buffer.alloc(0)
}

export function numberIn(fields: Fields, number: number): bigint {
  const value = fields.get(number)?.[0]
  return typeof value === 'bigint' ? value : 0n
}
