import { parseExactly } from '../../_runtime/json/json-keys.ts'
import { badRequest } from '../../_runtime/reply/problem.ts'
import { flawsAtPointers, validate } from '../../_runtime/request/validate.ts'
import { refuseBeyond, type DocumentLimits } from './document-limits.ts'
import { keepNumbers } from './exact-json.ts'
import { ConfigDocument } from '../schema.ts'
import type { Patch } from '../patch/patch.ts'
import type { Config } from '../store/store.ts'

interface PatchLimits {
  readonly bodyBytes: number
  readonly documents: DocumentLimits
}

/** What is stored of a document. */
export function configOf(document: ConfigDocument): Config {
  const metadata = JSON.stringify(document.metadata)
  if ('dcname' in document) return { name: document.dcname, nameKey: 'dcname', metadata }
  return { name: document.name, nameKey: 'name', metadata }
}

/** The document as JSON text, its metadata to the letter as it was stored. */
export function documentText({ name, nameKey, metadata }: Config): string {
  return `{"${nameKey}":${JSON.stringify(name)},"metadata":${metadata}}`
}

/** The document as JSON.parse makes it, its numbers to the letter. */
export function parsedDocument(config: Config): unknown {
  return parseExactly(documentText(config), keepNumbers)
}

/**
 * Applies a patch to a config.
 * @param limits of what may come out: patch by patch, a config would grow beyond what a body may be
 * @throws Problem 400 when what comes out is no config
 */
export function patched(config: Config, patch: Patch, { bodyBytes, documents }: PatchLimits): Config {
  const result = validate(
    ConfigDocument,
    patch(parsedDocument(config), { bodyBytes, operations: documents.patchOperations }),
  )
  const after = result.success ? configOf(refuseBeyond(documents, result.value)) : undefined
  if (after && Buffer.byteLength(after.metadata) <= bodyBytes) return after
  throw badRequest(
    'What the patch makes of the config is no config; errors says where.',
    result.success
      ? [{ at: '/metadata', detail: `Over the limit of ${bodyBytes} bytes` }]
      : flawsAtPointers(result.flaws),
  )
}
