import { jsonBody, type BodyFormat } from '../_runtime/body.ts'
import { keepNumbers } from './exact-json.ts'
import { jsonPatch } from './json-patch.ts'
import { mergePatch } from './merge-patch.ts'
import { ConfigOperations, ConfigPatch } from './schema.ts'

/**
 * What a patch makes of a document, which it may change.
 * @param limitBytes the most metadata that may come out
 */
export type Patch = (document: unknown, limitBytes: number) => unknown

const mergeFormat = jsonBody(ConfigPatch, keepNumbers)
const operationsFormat = jsonBody(ConfigOperations, keepNumbers)

/** A JSON merge patch: RFC 7396. */
export const mergePatchBody: BodyFormat<Patch> = {
  schema: mergeFormat.schema,
  parse(bytes) {
    const patch = mergeFormat.parse(bytes)
    return (document) => mergePatch(document, patch)
  },
}

/** A JSON Patch: RFC 6902. */
export const jsonPatchBody: BodyFormat<Patch> = {
  schema: operationsFormat.schema,
  parse(bytes) {
    const operations = operationsFormat.parse(bytes)
    return (document, limitBytes) => jsonPatch(document, operations, limitBytes)
  },
}
