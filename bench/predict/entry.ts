import type { PredictPeer } from '../peers/predict/predict-peer.ts'
import { absenceOf } from '../absence.ts'
import { Refused } from './answers.ts'
import { Contestant } from './contestant.ts'
import type { Digit } from './digits.ts'
import { octets, type Encoding } from './encoding.ts'

export interface Entry {
  readonly contestants: readonly Contestant[]
  /** What is not measured, and why. */
  readonly leftOut: readonly string[]
}

/** Builds a peer and asks it whether it can do its job. */
export async function enter(peer: PredictPeer, json: Encoding, digits: readonly Digit[]): Promise<Entry> {
  const absence = absenceOf(peer)
  if (absence !== undefined) return { contestants: [], leftOut: [absence] }
  const usual = new Contestant(peer, '/predict', json, digits)
  await usual.check()
  if (peer.octetsPath === undefined) return { contestants: [usual], leftOut: [] }
  const other = new Contestant(peer, peer.octetsPath, octets, digits)
  try {
    await other.check()
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { contestants: [usual], leftOut: [`${other.name} is left out: ${error.message}`] }
  }
  return { contestants: [usual, other], leftOut: [] }
}
