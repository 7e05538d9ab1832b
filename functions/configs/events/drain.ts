import { setTimeout as sleep } from 'node:timers/promises'

import type { Logger } from '../../_runtime/process/log.ts'
import type { Pass } from './outbox.ts'

interface Patience {
  /** Breaks off what is being sent; nothing is begun after it. */
  readonly stop: AbortSignal
  /** Whether to wait for another process that sends. */
  readonly forOthers: boolean
  /** Ends all waiting: what cannot be sent at once is left. */
  readonly hurry: AbortSignal
  readonly log: Logger
}

const firstWaitMs = 500
const longestWaitMs = 20_000
const othersWaitMs = 2000

/** Sends until all is sent, with waits that grow while that does not work. */
export async function drain(
  pass: (stop: AbortSignal) => Promise<Pass>,
  { forOthers, hurry, stop, log }: Patience,
): Promise<Pass> {
  let waitMs = firstWaitMs
  let trouble: Pass | undefined
  for (;;) {
    const result = await pass(stop).catch((error: unknown): Pass => {
      log.warn({ err: error }, 'the place of events could not be read or kept')
      return { state: 'stalled', reason: 'the database does not answer' }
    })
    // What was broken off does not know what the trouble is.
    if (stop.aborted && result.state === 'stalled') return trouble ?? result
    if (result.state === 'done' || hurry.aborted) return result
    if (result.state === 'busy') {
      if (!forOthers) return result
      await restFor(othersWaitMs, hurry)
    } else {
      if (result.hasMoved) waitMs = firstWaitMs
      const restMs = Math.max(waitMs, result.retryAfterMs ?? 0)
      trouble = result
      log.warn({ reason: result.reason, retryInMs: restMs }, 'events are not taken')
      await restFor(restMs, hurry)
      waitMs = Math.min(waitMs * 2, longestWaitMs)
    }
    if (stop.aborted) return result
  }
}

async function restFor(ms: number, hurry: AbortSignal): Promise<void> {
  // Others that wait for the same sink shall not come back at the same moment.
  const jitter = 1 + Math.random() / 4
  // A process that has nothing else to do need not stay for it.
  await sleep(ms * jitter, undefined, { signal: hurry, ref: false }).catch(() => {})
}
