import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

import type { QuartetFunction } from '../functions/_runtime/function.ts'
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
const mediaTypes: Readonly<Record<string, string>> = { '.json': 'application/json' }
// Nobody listens there: what needs a database answers that it is away, which warms all but the answer itself.
const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', LOG_LEVEL: 'info', DRAIN_LISTEN_MS: '0' }

/**
 * Makes the code cache of a bundle, from real requests to it in a process of the Node that runs this.
 * @param folder of the bundle; function.js.cache is written into it
 * @param source of the function; each file of examples/ in it is POSTed, as what its name says
 */
export async function makeCodeCache({ definition }: QuartetFunction, folder: string, source: string): Promise<void> {
  const file = join(folder, 'function.js.cache')
  const argv = ['--require', join(import.meta.dirname, 'keep-compiled.cjs'), folder]
  const program = await Program.start(argv, await freePort(), { ...env, CODE_CACHE: file })
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const { path, init } of warmUpsOf(Object.keys(definition.routes), source)) {
        await (await fetch(program.url + path, init)).arrayBuffer()
      }
    }
    program.signal('SIGUSR2')
    const deadline = performance.now() + timeoutMs
    while (!existsSync(file)) {
      if (performance.now() > deadline) throw new Error(`No code cache was made of ${folder}:\n${program.output}`)
      await sleep(10)
    }
  } finally {
    program.signal('SIGTERM')
    await program.ended()
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
