import { jsonBody, type BodyFormat } from '../../_runtime/request/body.ts'
import { badRequest } from '../../_runtime/reply/problem.ts'
import { keepNumbers } from '../documents/exact-json.ts'
import { jsonPatch } from './json-patch.ts'
import { mergePatch } from './merge-patch.ts'
import { ConfigOperations, ConfigPatch } from '../schema.ts'

interface PatchLimits {
  /** Of the metadata that may come out. */
  readonly bodyBytes: number
  readonly operations: number
}

/**
 * What a patch makes of a document, which it may change.
 * @throws Problem 400 when it is beyond its limits; 409 when the document is not as it expects
 */
export type Patch = (document: unknown, limits: PatchLimits) => unknown

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
    return (document, { bodyBytes, operations: most }) => {
      if (operations.length <= most) return jsonPatch(document, operations, bodyBytes)
      throw badRequest('The patch is beyond what the settings allow; errors says where.', [
        { at: `/${most}`, detail: `Over ${most} operations` },
      ])
    }
  },
}
