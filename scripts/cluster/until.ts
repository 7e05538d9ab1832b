import type { LiveList } from './live-list.ts'

/** Time between two looks when nothing changes: clocks go on. */
const lookAgainMs = 250

/**
 * Looks at lists after each change, and at times in between, until there is something to say.
 * @param look returns undefined as long as there is not
 * @returns undefined when the signal came first
 * @throws ClusterError when one of the lists can no longer be followed
 */
export async function until<Verdict>(
  lists: readonly Pick<LiveList<never>, 'follow'>[],
  look: () => Verdict | undefined,
  signal: AbortSignal,
): Promise<Verdict | undefined> {
  const ending = new AbortController()
  const both = AbortSignal.any([signal, ending.signal])
  const { promise, resolve, reject } = Promise.withResolvers<Verdict | undefined>()
  const unseen = new Set(lists)
  const lookAgain = (): void => {
    if (unseen.size > 0) return
    try {
      const verdict = look()
      if (verdict !== undefined) resolve(verdict)
    } catch (error) {
      reject(error)
    }
  }
  const following = lists.map(async (list) => {
    await list.follow(both, () => {
      unseen.delete(list)
      lookAgain()
    })
  })
  const timer = setInterval(lookAgain, lookAgainMs)
  const stop = (): void => resolve(undefined)
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    // They go on for as long as nobody ends them, or fail.
    void Promise.all(following).catch(reject)
    return await promise
  } finally {
    clearInterval(timer)
    signal.removeEventListener('abort', stop)
    ending.abort()
    await Promise.allSettled(following)
  }
}
