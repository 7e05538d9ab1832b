// Places and sizes in a 64-bit ELF header and in its program headers: https://refspecs.linuxfoundation.org/elf/gabi4+
const magic = Buffer.from('\x7fELF', 'latin1')
const is64Bit = 2
const isLittleEndian = 1

/**
 * Cuts off what a program does not need to run: its symbols, debug information and section headers, all of which stand
 * behind what is loaded. Done here since binutils' strip knows only the machine's own kind of processor.
 * @throws Error when it is no program of 64 bits
 */
export function stripped(program: Buffer): Buffer {
  if (!program.subarray(0, 4).equals(magic) || program[4] !== is64Bit || program[5] !== isLittleEndian)
    throw new Error('It is no 64-bit ELF program.')
  const programHeaders = Number(program.readBigUInt64LE(32))
  const headerBytes = program.readUInt16LE(54)
  const count = program.readUInt16LE(56)
  const ends = Array.from({ length: count }, (_, index) => {
    const at = programHeaders + index * headerBytes
    return Number(program.readBigUInt64LE(at + 8) + program.readBigUInt64LE(at + 32))
  })
  const loaded = Buffer.from(program.subarray(0, Math.max(programHeaders + count * headerBytes, ...ends)))
  loaded.writeBigUInt64LE(0n, 40)
  loaded.writeUInt16LE(0, 60)
  loaded.writeUInt16LE(0, 62)
  return loaded
}
