// GET of one config and POST + PUT beside the same job in other stacks: `npm run bench:configs -- ROUNDS [--peers axum]`.
// Needs wrk.
import { parseArgs } from 'node:util'

import { absenceOf } from './absence.ts'
import { chosenPeers } from './chosen-peers.ts'
import { compare, type Measurement, type Series } from './comparison.ts'
import { connections, loadProcessor } from './conditions.ts'
import { Contestant, loads, type LoadName } from './configs/contestant.ts'
import { DatabaseServer } from './configs/database-server.ts'
import { note } from './note.ts'
import { peers } from './peers/configs/list.ts'
import { configs } from './peers/configs/ours.ts'
import { moveTo } from './processor.ts'
import { requireTools } from './tools.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peers: { type: 'string', default: peers.map(({ name }) => name).join(',') },
    seconds: { type: 'string', default: '3' },
  },
})
const rounds = Number(positionals[0] ?? 5)
const seconds = Number(options.seconds)
requireTools(['wrk', 'taskset'])

interface Taken {
  readonly contestant: Contestant
  readonly load: LoadName
  readonly measurements: Measurement[]
}

const taken: Taken[] = []
const leftOut: string[] = []
// What is started from here on is beside the load, but for the servers: each has the other processor for itself.
moveTo(loadProcessor)
const databases = await DatabaseServer.start()
try {
  for (const peer of [configs, ...chosenPeers(peers, options.peers)]) {
    note(`Building ${peer.name}, if that is to be done`)
    const absence = absenceOf(peer)
    if (absence !== undefined) {
      note(absence)
      leftOut.push(absence)
      continue
    }
    const contestant = new Contestant(peer, databases)
    await contestant.check()
    for (const load of loads) taken.push({ contestant, load, measurements: [] })
  }
  for (let round = 1; round <= rounds; round += 1) {
    note(`Round ${round} of ${rounds}`)
    for (const { contestant, load, measurements } of taken) measurements.push(await contestant.measure(load, seconds))
  }
} finally {
  await databases.stop()
}

const seriesOf = (areOurs: boolean): Series[] =>
  taken
    .filter(({ contestant }) => (contestant.peer === configs) === areOurs)
    .map(({ contestant, load, measurements }) => ({
      name: `${contestant.peer.name}, ${load}`,
      load,
      rounds: measurements,
    }))
process.stdout.write(
  [
    `configs, ${connections} connections, ${rounds} alternating rounds of ${seconds} s, Node ${process.version}`,
    'A core for the server, and one for PostgreSQL and the load',
    ...leftOut,
    '',
    compare(seriesOf(true), seriesOf(false), (own, other) => own.load === other.load),
  ].join('\n'),
)
