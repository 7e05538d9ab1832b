import { badRequest } from '../_runtime/problem.ts'
import { flawsAtPointers, validate } from '../_runtime/validate.ts'
import { keepNumbers } from './exact-json.ts'
import { mergePatch } from './merge-patch.ts'
import type { JsonObject } from './metadata.ts'
import { ConfigDocument } from './schema.ts'
import type { Config } from './store.ts'

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

/**
 * Applies a merge patch to a config.
 * @throws Problem 400 when what comes out is no config
 */
export function patched(config: Config, patch: JsonObject): Config {
  const before: unknown = JSON.parse(documentText(config), keepNumbers)
  const result = validate(ConfigDocument, mergePatch(before, patch))
  if (result.success) return configOf(result.value)
  throw badRequest('What the patch makes of the config is no config; errors says where.', flawsAtPointers(result.flaws))
}
