// Functions on the host of production, each on a port of its own, in a process whose memory can be measured:
// `node --expose-gc hosts-process.ts LIST`, where LIST is a module like functions/list.ts. Sends the ports to the parent
// process, then for each message what is in use after all that can be collected was. Drains on SIGTERM.
import type { QuartetFunction } from '../function/function.ts'
import { NodeHost } from '../host/node.ts'
import { onSignals } from '../process/signals.ts'
import { standalone, type Standalone } from '../process/standalone.ts'

interface List {
  readonly functions: Readonly<Record<string, () => Promise<QuartetFunction>>>
}

/** Bytes in use. */
export interface MemoryUse {
  readonly heap: number
  readonly resident: number
}

interface Running extends Standalone {
  readonly host: NodeHost
  readonly port: number
}

const { functions } = (await import(process.argv[2] ?? '')) as List

async function run(load: () => Promise<QuartetFunction>): Promise<Running> {
  const { definition } = await load()
  const { instance, log, pusher, tracing } = await standalone(definition)
  const host = new NodeHost(() => instance, instance.settings, log.logger)
  const { port } = await host.listen({ host: '127.0.0.1', port: 0 })
  return { instance, log, pusher, tracing, host, port }
}

async function drain({ instance, host, log, pusher, tracing }: Running): Promise<number> {
  instance.drain()
  const cutOff = await host.drain(instance.settings.drain)
  await pusher?.end()
  await instance.close()
  await tracing?.end()
  await log.flush()
  return cutOff
}

const running = await Promise.all(Object.values(functions).map(run))
const [first] = running
if (first) {
  onSignals(first.log.logger, {
    reload: async () => {},
    drain: async () => (await Promise.all(running.map(drain))).reduce((sum, cutOff) => sum + cutOff, 0),
  })
}
process.once('disconnect', () => process.exit())
process.on('message', () => {
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  process.send?.({ heap: heapUsed, resident: rss } satisfies MemoryUse)
})
process.send?.(Object.fromEntries(running.map(({ instance, port }) => [instance.name, port])))
