// What tracing costs where it is off, beside a build from before there was any, and where it is on, with every request
// recorded: `npm run bench:tracing -- ROUNDS --before FOLDER`, where FOLDER is the dist/ of that build. Needs wrk.
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'

import { startServer, type Target } from './server-process.ts'
import { formatSpread, ratioOf, spreadOf } from './statistics.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { before: { type: 'string' } } })
const rounds = Number(positionals[0] ?? 10)
const seconds = 3
const dist = join(import.meta.dirname, '..', 'dist')

// Takes what it is sent, and keeps none of it.
const collector = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200).end())
})
await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
const address = collector.address()
const port = typeof address === 'object' && address ? address.port : 0
const on = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` }

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
const rates = new Map<string, number[]>(variants.map(({ name }) => [name, []]))
for (let round = 0; round < rounds; round += 1) {
  // Each has each place in a round as often as the others: what runs last runs on a warmer machine.
  const order = variants.map((_, index) => variants[(index + round) % variants.length]).filter((each) => each !== undefined)
  for (const target of order) {
    const server = await startServer(target)
    starts.get(target.name)?.push(server.firstAnswerMs)
    await server.stop()
  }
  for (const target of order) rates.get(target.name)?.push(await measure(target))
}
collector.close()
collector.closeAllConnections()

/** @returns requests a second, of a server that has been warmed up */
async function measure(target: Target): Promise<number> {
  const server = await startServer(target)
  try {
    await load(target, server.port, 1)
    return await load(target, server.port, seconds)
  } finally {
    await server.stop()
  }
}

async function load({ name }: Target, of: number, duration: number): Promise<number> {
  const argv = ['-t1', '-c16', `-d${duration}s`, `http://127.0.0.1:${of}/version`]
  // Not in this thread, which is the collector's.
  const { stdout: report } = await promisify(execFile)('wrk', argv)
  const rate = /Requests\/sec:\s*([\d.]+)/.exec(report)?.[1]
  if (rate === undefined || /Non-2xx|Socket errors/.test(report)) throw new Error(`${name} failed:\n${report}`)
  return Number(rate)
}

function print(title: string, measured: ReadonlyMap<string, readonly number[]>, digits: number): void {
  const [base = []] = measured.values()
  process.stdout.write(`${title.padEnd(32)}     min  median      max    ratio: min  median      max\n`)
  for (const [name, each] of measured) {
    const ratio = formatSpread(ratioOf(each, base), 2)
    process.stdout.write(`${name.padEnd(32)}${formatSpread(spreadOf(each), digits)}         ${ratio}\n`)
  }
}

process.stdout.write(`health, ${rounds} alternating rounds, Node ${process.version}\n`)
print('spawn to first answer, ms', starts, 1)
print('GET /version, requests/s', rates, 0)
