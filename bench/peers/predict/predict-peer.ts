import type { Peer } from '../peer.ts'

/** It serves the model of MODEL_PATH as MODEL_VERSION. */
export interface PredictPeer extends Peer {
  /** Where it takes pictures as octets, if it does. */
  readonly octetsPath?: string
}
