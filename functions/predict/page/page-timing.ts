import type { Timings } from './server-timing.ts'

/**
 * Reads how the page itself was answered: it often is the request that started the pod.
 * @returns undefined where a browser does not tell, which it does only to pages by HTTPS or from this machine
 */
export function pageTimings(): Timings | undefined {
  const [navigation] = performance.getEntriesByType('navigation')
  // What the Back button brings was not asked for now.
  if (!(navigation instanceof PerformanceNavigationTiming) || navigation.type === 'back_forward') return undefined
  if (!isSecureContext) return undefined
  return new Map(navigation.serverTiming.map(({ name, duration }) => [name, duration]))
}
