import type { Peer } from './peers/peer.ts'

/**
 * The peers that an option names.
 * @throws Error when there is none of a name
 */
export function chosenPeers<Known extends Peer>(peers: readonly Known[], wanted: string): Known[] {
  const names = peers.map(({ name }) => name).join(', ')
  return wanted.split(',').map((each) => {
    const peer = peers.find(({ name }) => name === each)
    if (!peer) throw new Error(`--peers: there is no "${each}". There are ${names}.`)
    return peer
  })
}
