import type { HttpFunction } from '@google-cloud/functions-framework'

import type { AnyDefinition, FunctionDefinition } from './definition.ts'
import { frameworkFunction } from '../host/framework.ts'
import type { RuntimeSettings } from '../settings/settings.ts'

/** What functions-framework calls, and the description that our own hosts and tests use. */
export type QuartetFunction = HttpFunction & { readonly definition: AnyDefinition }

/** Makes a function from its description. Nothing is opened before a host or a test asks for it. */
export function defineFunction<Settings extends RuntimeSettings, Held>(
  definition: FunctionDefinition<Settings, Held>,
): QuartetFunction {
  return Object.assign(frameworkFunction(definition), { definition })
}
