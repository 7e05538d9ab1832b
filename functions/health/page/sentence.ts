import type { Report } from './report.ts'

const list = new Intl.ListFormat('en')

/** The whole fleet in one sentence. */
export function sentence({ state, reason, functions }: Report): string {
  const all = Object.entries(functions)
  if (all.length === 0) return 'No function is known here'
  if (state === 'unknown' && reason !== undefined) return 'How the functions are is not known'
  const isEvery = (wanted: string): boolean => all.every(([, health]) => health.state === wanted)
  if (isEvery('ready')) return 'Every function is ready'
  if (isEvery('idle')) return 'Every function is at zero and able to start'
  if (state === 'ready' || state === 'idle') return 'Every function is ready or able to start'
  const names = all.filter(([, health]) => health.state === state).map(([name]) => name)
  // What is required and not there is in no row.
  if (names.length === 0) return `A function that is required is ${state}`
  return `${list.format(names)} ${names.length > 1 ? 'are' : 'is'} ${state}`
}

/** Who told, and whom that woke. */
export function origin({ source, wakes }: Report): string {
  if (source === 'none') return 'Nobody has said where functions are.'
  if (!wakes) return 'Told by Kubernetes: no function was woken.'
  return source === 'kubernetes'
    ? 'The functions were asked themselves, and woken.'
    : 'The functions were asked themselves.'
}
