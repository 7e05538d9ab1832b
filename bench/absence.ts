import { reasonOf } from '../scripts/reason.ts'
import type { Peer } from './peers/peer.ts'
import { missingTools } from './tools.ts'

/**
 * Builds a peer.
 * @returns why it cannot be measured; undefined when it can
 */
export function absenceOf({ name, tools, build }: Peer): string | undefined {
  const missing = missingTools(tools)
  if (missing.length > 0) return `${name} is left out: the PATH does not have ${missing.join(' and ')}`
  try {
    build()
    return undefined
  } catch (error) {
    return `${name} is left out: it could not be built: ${reasonOf(error)}`
  }
}
