// POST /predict beside the same job in other stacks: `npm run bench:predict -- ROUNDS [--peers axum,fastapi]`. Needs wrk.
import { parseArgs } from 'node:util'

import { chosenPeers } from './chosen-peers.ts'
import { compare, type Measurement, type Series } from './comparison.ts'
import { connections } from './conditions.ts'
import { note } from './note.ts'
import { peers } from './peers/predict/list.ts'
import { predict } from './peers/predict/ours.ts'
import type { Contestant } from './predict/contestant.ts'
import { firstDigits } from './predict/digits.ts'
import { json, octets } from './predict/encoding.ts'
import { enter } from './predict/entry.ts'
import { requireTools } from './tools.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peers: { type: 'string', default: peers.map(({ name }) => name).join(',') },
    seconds: { type: 'string', default: '3' },
    /** Of a grey value in JSON: 17 send all that a double has. */
    decimals: { type: 'string', default: '3' },
  },
})
const rounds = Number(positionals[0] ?? 5)
const seconds = Number(options.seconds)
const encoding = json(Number(options.decimals))
const digits = firstDigits(64)

requireTools(['wrk', 'taskset'])

const taken = new Map<Contestant, Measurement[]>()
const leftOut: string[] = []
for (const peer of [predict, ...chosenPeers(peers, options.peers)]) {
  note(`Building ${peer.name}, if that is to be done`)
  const entry = await enter(peer, encoding, digits)
  for (const contestant of entry.contestants) taken.set(contestant, [])
  for (const line of entry.leftOut) note(line)
  leftOut.push(...entry.leftOut)
  if (taken.size === 0) throw new Error('Without predict there is nothing to compare.')
}
for (let round = 1; round <= rounds; round += 1) {
  note(`Round ${round} of ${rounds}`)
  for (const [contestant, measurements] of taken) measurements.push(await contestant.measure(seconds))
}

const bytes = digits.map(({ greys }) => encoding.encode(greys).length)
const meanBytes = Math.round(bytes.reduce((sum, each) => sum + each, 0) / bytes.length)
const seriesOf = (areOurs: boolean): Series[] =>
  [...taken]
    .filter(([{ peer }]) => (peer === predict) === areOurs)
    .map(([contestant, measurements]) => ({
      name: contestant.name,
      load: contestant.encoding.name,
      rounds: measurements,
    }))
/** Our octets are held against JSON too, since who sends octets to us would send JSON there; never our JSON against octets. */
const isComparable = (own: Series, other: Series): boolean => own.load === octets.name || own.load === other.load
process.stdout.write(
  [
    `POST /predict, ${connections} connections, ${rounds} alternating rounds of ${seconds} s, Node ${process.version}`,
    `A core for the server and one for the load: ${digits.length} pictures in turn, in JSON ${meanBytes} bytes on average`,
    ...leftOut,
    '',
    compare(seriesOf(true), seriesOf(false), isComparable),
  ].join('\n'),
)
