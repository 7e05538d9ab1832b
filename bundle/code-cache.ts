import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { extname, join } from 'node:path'

import type { QuartetFunction } from '../functions/_runtime/function/function.ts'
import { freePort } from '../scripts/local/free-port.ts'
import { sleep } from '../scripts/local/sleep.ts'
import { Program } from './program.ts'

interface WarmUp {
  readonly path: string
  readonly init?: RequestInit
}

// V8 keeps the code of what has run; some functions are compiled only when they have run more than once.
const rounds = 3
const timeoutMs = 20_000
// A machine that stops for a moment changes the order of what is compiled: what was made twice is what is made elsewhere.
const mostTries = 6
const mediaTypes: Readonly<Record<string, string>> = { '.json': 'application/json' }
// What V8 would decide by chance or by the time that passes: its seeds, what it collects and forgets, what it compiles
// further. Each is undone before the cache is made, which fits only the flags that it was made with.
const flags = [
  '--random-seed=1',
  '--hash-seed=1',
  '--no-flush-bytecode',
  '--no-sparkplug',
  '--no-profile-guided-optimization',
  '--min-semi-space-size=256',
  '--max-semi-space-size=256',
]
const flagsUndone = [
  '--random-seed=0',
  '--hash-seed=0',
  '--flush-bytecode',
  '--sparkplug',
  '--profile-guided-optimization',
  '--min-semi-space-size=0',
  '--max-semi-space-size=0',
]
// What the function opens beside its first requests has ended by then, so that the order is the same each time.
const settleMs = 1500
const env = {
  // Nobody listens there: what needs a database answers that it is away, which warms all but the answer itself.
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  LOG_LEVEL: 'info',
  DRAIN_LISTEN_MS: '0',
  // What is pushed from time to time would be in the cache of a slow machine only.
  TELEMETRY_SINK: 'none',
}

/**
 * Makes the code cache of a bundle, from real requests to it in a process of the Node that runs this.
 * @param folder of the bundle; function.js.cache is written into it
 * @param source of the function; each file of examples/ in it is POSTed, as what its name says
 */
export async function makeCodeCache(of: QuartetFunction, folder: string, source: string): Promise<void> {
  const file = join(folder, 'function.js.cache')
  const made = new Set<string>()
  while (made.size < mostTries) {
    await makeOnce(of, folder, source, file)
    const digest = createHash('sha256').update(readFileSync(file)).digest('hex')
    if (made.has(digest)) return
    made.add(digest)
    rmSync(file)
  }
  throw new Error(`The code cache of ${of.definition.name} was another each of ${mostTries} times.`)
}

async function makeOnce({ definition }: QuartetFunction, folder: string, source: string, file: string): Promise<void> {
  const argv = [...flags, '--require', join(import.meta.dirname, 'keep-compiled.cjs'), folder]
  const variables = { ...env, CODE_CACHE: file, CODE_CACHE_FLAGS_UNDONE: flagsUndone.join(' ') }
  const program = Program.spawn(argv, await freePort(), variables)
  try {
    await until(() => program.output.includes('"listening"'), program)
    await sleep(settleMs)
    for (let round = 0; round < rounds; round += 1) {
      for (const { path, init } of warmUpsOf(Object.keys(definition.routes), source)) {
        await (await fetch(program.url + path, init)).arrayBuffer()
      }
    }
    program.signal('SIGUSR2')
    await until(() => existsSync(file), program)
  } finally {
    program.signal('SIGTERM')
    await program.ended()
  }
}

async function until(isDone: () => boolean, program: Program): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!isDone()) {
    if (performance.now() > deadline) throw new Error(`No code cache was made:\n${program.output}`)
    await sleep(10)
  }
}

/** Every path without parameters is asked, and every route that takes a body is sent the examples. */
function warmUpsOf(routes: readonly string[], source: string): WarmUp[] {
  const examples = join(source, 'examples')
  const bodies = existsSync(examples)
    ? readdirSync(examples).map((name) => ({
        headers: { 'content-type': mediaTypes[extname(name)] ?? 'application/octet-stream' },
        body: readFileSync(join(examples, name)),
      }))
    : []
  const shared = ['GET /healthz', 'GET /readyz', 'GET /not-there']
  return [...routes, ...shared].flatMap((key) => {
    const [method = '', template = ''] = key.split(' ', 2)
    const path = template.replaceAll(/:\w+/g, 'example')
    if (method === 'GET') return [{ path }]
    if (method === 'DELETE') return [{ path, init: { method } }]
    return bodies.map((body) => ({ path, init: { method, ...body } }))
  })
}
