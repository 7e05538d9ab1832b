// What the programs of the images take from spawn to first answer, with their code cache and without, beside the same job in
// other stacks: `npm run bench:image -- ROUNDS [--peers podinfo,axum]`. Linux.
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { functions } from '../functions/list.ts'
import { absenceOf } from './absence.ts'
import { chosenPeers } from './chosen-peers.ts'
import { residentMB } from './memory.ts'
import { note } from './note.ts'
import { podinfo } from './peers/podinfo/peer.ts'
import { peers } from './peers/predict/list.ts'
import { exampleRequest } from './predict/example-request.ts'
import { modelPath, modelVersion } from './predict/model-file.ts'
import { startServer, type Target } from './server-process.ts'
import { ratioOf, spreadOf } from './statistics.ts'
import { formatTable } from './table.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { peers: { type: 'string', default: [podinfo, ...peers].map(({ name }) => name).join(',') } },
})
const rounds = Number(positionals[0] ?? 30)
const dist = join(import.meta.dirname, '../dist')
if (!existsSync(dist)) throw new Error('There are no bundles. Run `npm run build` first.')

const healthz = { line: 'GET /healthz' }
/** A function's start is over when it has done its job once; what needs a database answers its probe. */
const jobs: Readonly<Record<string, Target['request']>> = {
  predict: exampleRequest,
  health: { line: 'GET /health' },
}
const bare: Target = {
  name: 'bare node:http',
  command: [process.execPath, join(import.meta.dirname, 'peers/bare-http/server.cjs')],
  request: healthz,
}

function bundle(folder: string, functionName: string, name: string): Target {
  return {
    name,
    command: [process.execPath, join(folder, functionName, 'index.js')],
    request: jobs[functionName] ?? healthz,
    // Nobody listens there.
    env: { DATABASE_URL: 'postgres://user@127.0.0.1:1/none' },
  }
}

function peerTargets(): Target[] {
  const model = { MODEL_PATH: modelPath, MODEL_VERSION: modelVersion }
  return chosenPeers([podinfo, ...peers], options.peers).flatMap((peer) => {
    note(`Building ${peer.name}, if that is to be done`)
    const absence = absenceOf(peer)
    if (absence !== undefined) {
      note(absence)
      return []
    }
    const request = peer === podinfo ? healthz : exampleRequest
    return [{ name: peer.name, command: peer.command, request, env: { ...peer.env, ...model } }]
  })
}

const withoutCache = mkdtempSync(join(tmpdir(), 'quartet-cold-start-'))
try {
  cpSync(dist, withoutCache, { recursive: true, filter: (path) => !path.endsWith('.cache') })
  const bundles = Object.keys(functions).flatMap((name) => [
    bundle(dist, name, name),
    bundle(withoutCache, name, `${name}, no code cache`),
  ])
  const targets = [bare, ...bundles, ...peerTargets()]
  const taken = targets.map((target) => ({ target, times: [] as number[], memory: [] as number[] }))
  for (let round = 0; round < rounds; round += 1) {
    for (const { target, times, memory } of taken) {
      const server = await startServer(target)
      times.push(server.firstAnswerMs)
      memory.push(residentMB(server.pid))
      // How it ends is another matter, and takes some of them seconds.
      process.kill(server.pid, 'SIGKILL')
      await server.stop()
    }
  }
  const [first] = taken
  process.stdout.write(`Spawn to first answer, ${rounds} alternating rounds, Node ${process.version}\n`)
  process.stdout.write(
    formatTable(
      [
        { heading: 'ms', digits: 1 },
        { heading: 'ratio to bare', digits: 2 },
        { heading: 'memory, MB', digits: 0 },
        { heading: 'ratio to bare', digits: 2 },
      ],
      taken.map(({ target, times, memory }) => ({
        name: target.name,
        spreads: [
          spreadOf(times),
          ratioOf(times, first?.times ?? []),
          spreadOf(memory),
          ratioOf(memory, first?.memory ?? []),
        ],
      })),
    ),
  )
} finally {
  rmSync(withoutCache, { recursive: true })
}
