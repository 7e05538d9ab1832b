import { Refused } from './answers.ts'
import { Contestant } from './contestant.ts'
import type { Digit } from './digits.ts'
import { octets, type Encoding } from './encoding.ts'
import type { Peer } from './peers/peer.ts'
import { reasonOf } from '../scripts/reason.ts'
import { missingTools } from './tools.ts'

export interface Entry {
  readonly contestants: readonly Contestant[]
  /** What is not measured, and why. */
  readonly leftOut: readonly string[]
}

/** Builds a peer and asks it whether it can do its job. */
export async function enter(peer: Peer, json: Encoding, digits: readonly Digit[]): Promise<Entry> {
  const missing = missingTools(peer.tools)
  if (missing.length > 0) return absence(peer.name, `the PATH does not have ${missing.join(' and ')}`)
  try {
    peer.build()
  } catch (error) {
    return absence(peer.name, `it could not be built: ${reasonOf(error)}`)
  }
  const usual = new Contestant(peer, '/predict', json, digits)
  await usual.check()
  if (peer.octetsPath === undefined) return { contestants: [usual], leftOut: [] }
  const other = new Contestant(peer, peer.octetsPath, octets, digits)
  try {
    await other.check()
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { ...absence(other.name, error.message), contestants: [usual] }
  }
  return { contestants: [usual, other], leftOut: [] }
}

function absence(name: string, reason: string): Entry {
  return { contestants: [], leftOut: [`${name} is left out: ${reason}`] }
}
