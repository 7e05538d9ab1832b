import type { Page } from '../store/store.ts'

/**
 * The ETag of a page: weak, since it tells which versions are in it, and not how they are written. A hash of 53 bits,
 * by cyrb53, which is in the public domain; those of node:crypto take 4 ms of a cold start to load.
 */
export function pageTag({ configs, hasNext }: Page): string {
  let high = 0xdeadbeef
  let low = hasNext ? 0x41c6ce57 : 0x41c6ce58
  for (const { name, version } of configs) {
    const text = `${name} ${version},`
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      high = Math.imul(high ^ code, 2654435761)
      low = Math.imul(low ^ code, 1597334677)
    }
  }
  const mixedHigh = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  const mixedLow = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(mixedHigh ^ (mixedHigh >>> 13), 3266489909)
  return (4294967296 * (2097151 & mixedLow) + (mixedHigh >>> 0)).toString(36)
}
