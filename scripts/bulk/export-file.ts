import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Transform, type Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Longer than the last line of an export. */
const tailBytes = 200

/**
 * Writes an export to a file, which is there when it is whole, or to standard output where the name is `-`.
 * @returns how many configs it has
 * @throws Error when it was cut off
 */
export async function writeExport(chunks: Readable, counter: Transform, name: string): Promise<number> {
  if (name === '-') return write(chunks, counter, process.stdout, { end: false })
  const partial = `${name}.partial`
  try {
    const configs = await write(chunks, counter, createWriteStream(partial))
    await rename(partial, name)
    return configs
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

async function write(chunks: Readable, counter: Transform, out: Writable, options = {}): Promise<number> {
  let tail = Buffer.alloc(0)
  const watch = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      tail = Buffer.concat([tail, chunk.subarray(-tailBytes)]).subarray(-tailBytes)
      next(null, chunk)
    },
  })
  await pipeline(chunks, counter, watch, out, options)
  const [, configs] = /\n?\{"complete":true,"configs":(\d+)\}\n$/.exec(tail.toString()) ?? []
  if (configs === undefined) throw new Error('The export was cut off. Export it again.')
  return Number(configs)
}
