import { ConfigFile, type FileConfig } from '../../functions/configs/bulk/config-file.ts'
import { linesOf } from '../../functions/configs/bulk/lines.ts'
import { widestLimits } from '../../functions/configs/documents/document-limits.ts'
import { Problem } from '../../functions/_runtime/reply/problem.ts'

/** Whoever reads a file here holds it, and no service is to be kept from others. */
const unlimited = { lineBytes: 2 ** 30, lines: Number.MAX_SAFE_INTEGER }

/**
 * Reads the configs of a file, one after another.
 * @throws Error with every flaw, one a line
 */
export async function* configsOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<FileConfig, void, undefined> {
  try {
    for await (const batch of new ConfigFile(widestLimits).batches(linesOf(chunks, unlimited))) yield* batch
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const flaws = error.errors.map(({ line, at, detail }) => {
      return [line === undefined ? '' : `line ${line}`, at, detail].filter(Boolean).join(': ')
    })
    throw new Error(flaws.join('\n'), { cause: error })
  }
}
