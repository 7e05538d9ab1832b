// What tracing costs where it is off, beside a build from before there was any, and where it is on, with every request
// recorded: `npm run bench:tracing -- ROUNDS --before FOLDER`, where FOLDER is the dist/ of that build. Needs
// wrk and Linux.
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'

import { startServer, type Target } from './server-process.ts'
import { formatSpread, ratioOf, spreadOf } from './statistics.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { before: { type: 'string' } } })
const rounds = Number(positionals[0] ?? 10)
const seconds = 2
const dist = join(import.meta.dirname, '..', 'dist')

// Takes what it is sent, and keeps none of it.
const collector = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200).end())
})
await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
const address = collector.address()
const collectorPort = typeof address === 'object' && address ? address.port : 0
const on = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collectorPort}` }

const variants: readonly Target[] = [
  ...(values.before === undefined ? [] : [variant('before', values.before)]),
  variant('off', dist),
  variant('on', dist, on),
]

// A route of the function's own: probes are no spans.
function variant(name: string, folder: string, env: Record<string, string> = {}): Target {
  return {
    name,
    command: [process.execPath, join(folder, 'health/index.js')],
    request: { line: 'GET /version' },
    env: { LOG_LEVEL: 'info', DRAIN_LISTEN_MS: '0', ...env },
  }
}

const starts = new Map<string, number[]>(variants.map(({ name }) => [name, []]))
const requests = new Map<string, number[]>(variants.map(({ name }) => [name, []]))
for (let round = 0; round < rounds; round += 1) {
  // Each has each place in a round as often as the others: what runs last runs on a warmer machine.
  for (const index of variants.keys()) {
    const target = variants[(index + round) % variants.length]
    if (target) await measure(target)
  }
}
collector.close()
collector.closeAllConnections()

async function measure(target: Target): Promise<void> {
  const server = await startServer(target)
  try {
    starts.get(target.name)?.push(processorMs(server.pid))
    await load(target, server.port, 1)
    const before = processorMs(server.pid)
    const count = await load(target, server.port, seconds)
    requests.get(target.name)?.push(((processorMs(server.pid) - before) * 1000) / count)
  } finally {
    await server.stop()
  }
}

/** @returns how many requests were answered */
async function load({ name }: Target, port: number, duration: number): Promise<number> {
  const argv = ['-t1', '-c16', `-d${duration}s`, `http://127.0.0.1:${port}/version`]
  // Not in this thread, which is the collector's.
  const { stdout: report } = await promisify(execFile)('wrk', argv)
  const count = /(\d+) requests in/.exec(report)?.[1]
  if (count === undefined || /Non-2xx|Socket errors/.test(report)) throw new Error(`${name} failed:\n${report}`)
  return Number(count)
}

/** The time that all threads of a process have run: other work on the machine changes it little, unlike any other time. */
function processorMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  const times = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])
  return times.reduce((sum, nanoseconds) => sum + Number(nanoseconds), 0) / 1e6
}

function print(title: string, measured: ReadonlyMap<string, readonly number[]>, digits: number): void {
  const [base = []] = measured.values()
  process.stdout.write(`${title.padEnd(32)}     min  median      max    ratio: min  median      max\n`)
  for (const [name, each] of measured) {
    const ratio = formatSpread(ratioOf(each, base), 2)
    process.stdout.write(`${name.padEnd(32)}${formatSpread(spreadOf(each), digits)}         ${ratio}\n`)
  }
}

process.stdout.write(`Processor time of health, ${rounds} alternating rounds, Node ${process.version}\n`)
print('a start to its first answer, ms', starts, 1)
print('GET /version, us', requests, 1)
