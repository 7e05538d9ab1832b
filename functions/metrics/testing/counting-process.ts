// A process that counts, to be killed: pushes to DATABASE_URL what it counts as the function NAME, and tells its parent what
// it is about to push, and what it knows to have been kept.
import { openLog } from '../../_runtime/process/log.ts'
import { ProcessMetrics } from '../../_runtime/metrics/process-metrics.ts'
import { postgresSink } from '../../_runtime/telemetry/postgres-sink.ts'
import type { Sink } from '../../_runtime/telemetry/push.ts'
import { Pusher } from '../../_runtime/telemetry/pusher.ts'
import { countedIn } from './simulated-process.ts'

const name = process.env['NAME'] ?? ''
const kept = postgresSink(process.env['DATABASE_URL'] ?? '', 10_000)
const metrics = new ProcessMetrics()

function tell(what: 'pushing' | 'kept', microseconds: number): Promise<void> {
  return new Promise((resolve) => process.send?.({ what, microseconds }, undefined, undefined, () => resolve()))
}

const sink: Sink = {
  async push(push) {
    const { microseconds } = countedIn(push)
    // Known to the parent before it can be known to the database.
    await tell('pushing', microseconds)
    const outcome = await kept.push(push)
    await tell('kept', microseconds)
    return outcome
  },
  close: () => kept.close(),
}

setInterval(() => {
  metrics.requests.observe({ function: name, route: '/a', method: 'GET', code: 200, seconds: 0.001 })
}, 1)
new Pusher(metrics, sink, { intervalMs: 20, timeoutMs: 10_000 }, openLog('silent').logger).start()
