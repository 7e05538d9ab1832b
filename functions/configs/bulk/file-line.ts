import { isUtf8 } from 'node:buffer'
import * as z from 'zod/mini'

import { syntaxErrorPosition } from '../../_runtime/json/json-position.ts'
import { parseExactly } from '../../_runtime/json/json-keys.ts'
import type { Flaw } from '../../_runtime/reply/problem.ts'
import { flawsAtPointers, validate } from '../../_runtime/request/validate.ts'
import { configOf } from '../documents/document.ts'
import { flawsBeyond, type DocumentLimits } from '../documents/document-limits.ts'
import { keepNumbers } from '../documents/exact-json.ts'
import { isJsonObject } from '../documents/metadata.ts'
import { ConfigDocument } from '../schema.ts'
import type { Config } from '../store/store.ts'
import type { Line } from './lines.ts'

/** The first line of an export: what it is, and of which names. */
export const FirstLine = z.strictObject({ export: z.literal('configs'), form: z.literal(1), prefix: z.string() })
export type FirstLine = z.output<typeof FirstLine>

/** The last line of an export: that nothing is missing before it. */
export const LastLine = z.strictObject({ complete: z.literal(true), configs: z.int().check(z.gte(0)) })
export type LastLine = z.output<typeof LastLine>

/** What a line of a file says. */
export type FileLine =
  | { readonly config: Config }
  | { readonly first: FirstLine }
  | { readonly last: LastLine }
  | { readonly flaws: readonly Flaw[] }

export function parseLine({ number, bytes }: Line, limits: DocumentLimits): FileLine {
  if (!isUtf8(bytes)) return flawed(number, 'The line is not UTF-8 text')
  const source = bytes.toString('utf8')
  const parsed = parsedJson(source)
  if ('flaw' in parsed) return flawed(number, parsed.flaw)
  const { value } = parsed
  if (isJsonObject(value) && Object.hasOwn(value, 'export')) {
    return said(number, FirstLine, value, (first) => ({ first }))
  }
  if (isJsonObject(value) && Object.hasOwn(value, 'complete')) {
    return said(number, LastLine, value, (last) => ({ last }))
  }
  return said(number, ConfigDocument, value, (document) => {
    const flaws = flawsBeyond(limits, document)
    return flaws.length === 0 ? { config: configOf(document) } : { flaws: flawsInLine(number, flaws) }
  })
}

function parsedJson(source: string): { readonly value: unknown } | { readonly flaw: string } {
  try {
    return { value: parseExactly(source, keepNumbers) }
  } catch (error) {
    if (error instanceof RangeError) return { flaw: 'The line is nested too deeply to be read' }
    if (!(error instanceof SyntaxError)) throw error
    const position = syntaxErrorPosition(source)
    const place = position < source.length ? `from column ${position + 1} on` : 'since it ends too early'
    return { flaw: `The line is not valid JSON ${place}` }
  }
}

function said<Schema extends z.core.$ZodType>(
  line: number,
  schema: Schema,
  value: unknown,
  what: (value: z.output<Schema>) => FileLine,
): FileLine {
  const result = validate(schema, value)
  if (result.success) return what(result.value)
  return { flaws: flawsInLine(line, flawsAtPointers(result.flaws)) }
}

function flawsInLine(line: number, flaws: readonly Flaw[]): Flaw[] {
  return flaws.map(({ at, detail }) => ({ at, line, detail }))
}

function flawed(line: number, detail: string): FileLine {
  return { flaws: [{ at: '', line, detail }] }
}
