import * as z from 'zod/mini'

/**
 * How a function is, from best to worst. `ready`: it answers. `idle`: it is at zero and able to start. `unknown`: nobody
 * could say. `degraded`: it answers, but not as it should. `down`: it does not answer, or could not start.
 */
export const State = z.enum(['ready', 'idle', 'unknown', 'degraded', 'down'])
export type State = z.output<typeof State>

/** What to say of several together: the worst, except that of some at zero beside others that run all are ready. */
export function worst(states: readonly State[]): State {
  if (states.length === 0) return 'unknown'
  const rank = Math.max(...states.map((state) => State.options.indexOf(state)))
  const found = State.options[rank] ?? 'unknown'
  return found === 'idle' && states.includes('ready') ? 'ready' : found
}

/** Whether who asks can be told that all is well. */
export function isWell(state: State): boolean {
  return state === 'ready' || state === 'idle'
}
