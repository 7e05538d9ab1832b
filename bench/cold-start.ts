// Time from spawn to the first answer of each bundle, beside a bare node:http server: `npm run bench:cold-start`.
import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { exampleRequest } from './predict/example-request.ts'
import { startServer, type Target } from './server-process.ts'
import { formatSpread, ratioOf, spreadOf } from './statistics.ts'

const root = join(import.meta.dirname, '..')
const rounds = Number(process.argv[2] ?? 20)
const healthz = { line: 'GET /healthz' }

/** A function's start is over when it has done its job once; what needs a database answers its probe. */
const targets: readonly [Target, ...Target[]] = [
  {
    name: 'bare node:http',
    command: [process.execPath, join(import.meta.dirname, 'peers/bare-http/server.cjs')],
    request: healthz,
  },
  bundle('configs', healthz, { DATABASE_URL: 'postgres://user@127.0.0.1:1/none' }),
  bundle('health', { line: 'GET /health' }),
  bundle('metrics', healthz, { DATABASE_URL: 'postgres://user@127.0.0.1:1/none' }),
  bundle('predict', exampleRequest),
]

function bundle(name: string, request: Target['request'], env: Record<string, string> = {}): Target {
  const script = join(root, 'dist', name, 'index.js')
  if (!existsSync(script)) throw new Error('There are no bundles. Run `npm run build` first.')
  return {
    name,
    command: [process.execPath, script],
    request,
    env: { LOG_LEVEL: 'warn', DRAIN_LISTEN_MS: '0', ...env },
  }
}

const times = new Map<string, number[]>(targets.map(({ name }) => [name, []]))
for (let round = 0; round < rounds; round += 1) {
  for (const target of targets) {
    const server = await startServer(target)
    times.get(target.name)?.push(server.firstAnswerMs)
    await server.stop()
  }
}

const base = times.get(targets[0].name) ?? []
process.stdout.write(`Spawn to first answer, ${rounds} alternating rounds, Node ${process.version}\n`)
process.stdout.write(`${''.padEnd(16)}  ms: min  median      max    ratio: min  median      max\n`)
for (const [name, values] of times) {
  process.stdout.write(
    `${name.padEnd(16)}${formatSpread(spreadOf(values), 1)}  ${formatSpread(ratioOf(values, base), 2)}\n`,
  )
}
