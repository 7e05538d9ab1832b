import * as z from 'zod/mini'

import { badRequest, type Flaw } from '../../_runtime/reply/problem.ts'
import { flawsAtPointers } from '../../_runtime/request/validate.ts'
import { mostOperations } from '../patch/json-patch.ts'
import { jsonFlaws, longestKey, longestNumber, mostLevels, mostValues } from './metadata.ts'
import type { ConfigDocument } from '../schema.ts'

export const longestName = 253

const Limit = (most: number): z.ZodMiniDefault<z.ZodMiniNumberFormat> =>
  z._default(z.int().check(z.gte(1), z.lte(most)), most)

/** What a document may have; what is stored already is still read. None can be more than what it is by default. */
export const DocumentLimits = z.strictObject({
  /** Characters of a name. */
  nameLength: Limit(longestName),
  /** Levels of nesting. */
  levels: Limit(mostLevels),
  /** Values in all depths together, lists and objects themselves included. */
  values: Limit(mostValues),
  /** UTF-16 units of a key. */
  keyLength: Limit(longestKey),
  /** Characters of a number. */
  numberLength: Limit(longestNumber),
  /** Operations of a JSON Patch. */
  patchOperations: Limit(mostOperations),
})
export type DocumentLimits = z.output<typeof DocumentLimits>

export const widestLimits: DocumentLimits = z.parse(DocumentLimits, {})

/** Finds what a document has beyond limits that are closer than those by which it was parsed. */
export function flawsBeyond(limits: DocumentLimits, document: ConfigDocument): Flaw[] {
  const [nameKey, name] = 'dcname' in document ? ['dcname', document.dcname] : ['name', document.name]
  const flaws: Flaw[] = []
  if (name.length > limits.nameLength) {
    flaws.push({ at: `/${nameKey}`, detail: `The name is over ${limits.nameLength} characters long` })
  }
  // To look at all of it once more takes as long as it took to parse it.
  if (isWidest(limits)) return flaws
  const inMetadata = jsonFlaws(document.metadata, limits)
  return [
    ...flaws,
    ...flawsAtPointers(inMetadata.map(({ path, message }) => ({ path: ['metadata', ...path], message }))),
  ]
}

/** @throws Problem 400 when a document has more than it may */
export function refuseBeyond(limits: DocumentLimits, document: ConfigDocument): ConfigDocument {
  const flaws = flawsBeyond(limits, document)
  if (flaws.length === 0) return document
  throw badRequest('The config is beyond what the settings allow; errors says where.', flaws)
}

function isWidest({ levels, values, keyLength, numberLength }: DocumentLimits): boolean {
  return levels === mostLevels && values === mostValues && keyLength === longestKey && numberLength === longestNumber
}
