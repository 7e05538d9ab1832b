// GET /healthz of the node:http host beside a bare node:http server: `npm run bench:throughput`. Needs wrk.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

import { startServer, type Target } from './server-process.ts'
import { formatSpread, ratioOf, spreadOf } from './statistics.ts'

const rounds = Number(process.argv[2] ?? 7)
const connections = 16
const seconds = 4
const warmUpSeconds = 1
const request = { line: 'GET /healthz' }

const bare: Target = {
  name: 'bare node:http',
  command: [process.execPath, join(import.meta.dirname, 'peers/bare-http/server.cjs')],
  request,
}
const ours: Target = {
  name: 'health',
  command: [process.execPath, join(import.meta.dirname, '..', 'dist/health/index.js')],
  request,
  // As it is deployed: every request is logged and counted.
  env: { LOG_LEVEL: 'info', DRAIN_LISTEN_MS: '0' },
}

/** @returns requests a second, of a server that has been warmed up */
async function measure(target: Target): Promise<number> {
  const server = await startServer(target)
  try {
    load(target, server.port, warmUpSeconds)
    return load(target, server.port, seconds)
  } finally {
    await server.stop()
  }
}

function load({ name }: Target, port: number, duration: number): number {
  const argv = ['-t1', `-c${connections}`, `-d${duration}s`, `http://127.0.0.1:${port}/healthz`]
  const report = execFileSync('wrk', argv, { encoding: 'utf8' })
  const rate = /Requests\/sec:\s*([\d.]+)/.exec(report)?.[1]
  if (rate === undefined || /Non-2xx|Socket errors/.test(report)) throw new Error(`${name} failed:\n${report}`)
  return Number(rate)
}

const bareRates: number[] = []
const ourRates: number[] = []
for (let round = 0; round < rounds; round += 1) {
  bareRates.push(await measure(bare))
  ourRates.push(await measure(ours))
}
process.stdout.write(
  `GET /healthz, ${connections} connections, ${rounds} alternating rounds of ${seconds} s, Node ${process.version}\n`,
)
process.stdout.write(`${''.padEnd(16)}     min  median      max\n`)
process.stdout.write(`${bare.name.padEnd(16)}${formatSpread(spreadOf(bareRates), 0)}  requests/s\n`)
process.stdout.write(`${ours.name.padEnd(16)}${formatSpread(spreadOf(ourRates), 0)}  requests/s\n`)
process.stdout.write(`${'ratio'.padEnd(16)}${formatSpread(ratioOf(ourRates, bareRates), 2)}\n`)
