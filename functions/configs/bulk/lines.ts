import { badRequest } from '../../_runtime/reply/problem.ts'

export interface Line {
  /** Counted from 1, empty ones included. */
  readonly number: number
  readonly bytes: Buffer
}

export interface LineLimits {
  readonly lineBytes: number
  readonly lines: number
}

const newline = 0x0a
const blank = new Set([0x20, 0x09, 0x0d])

/**
 * Parts a file into lines, of which empty ones are passed over. It keeps no more of it than the line that is arriving.
 * @throws Problem 400 at a line that is too long, or one too many: there is no telling what comes behind it
 */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  { lineBytes, lines }: LineLimits,
): AsyncGenerator<Line, void, undefined> {
  let number = 0
  let begun: Buffer[] = []
  let begunBytes = 0
  const lineOf = (last: Buffer): Line => {
    const bytes = begun.length === 0 ? last : Buffer.concat([...begun, last])
    begun = []
    begunBytes = 0
    number += 1
    if (bytes.length > lineBytes) throw refused(number, `The line has over ${lineBytes} bytes`)
    if (number > lines) throw refused(number, `The file has over ${lines} lines`)
    return { number, bytes }
  }
  for await (const chunk of chunks) {
    let begin = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, begin)) {
      const line = lineOf(chunk.subarray(begin, end))
      begin = end + 1
      if (!isBlank(line.bytes)) yield line
    }
    if (begin === chunk.length) continue
    begun.push(chunk.subarray(begin))
    begunBytes += chunk.length - begin
    if (begunBytes > lineBytes) throw refused(number + 1, `The line has over ${lineBytes} bytes`)
  }
  if (begun.length === 0) return
  const line = lineOf(Buffer.alloc(0))
  if (!isBlank(line.bytes)) yield line
}

function refused(line: number, detail: string): Error {
  return badRequest('The file cannot be read; errors says where.', [{ at: '', line, detail }])
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => blank.has(byte))
}
