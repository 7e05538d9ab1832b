import { isVersion } from '../schema.ts'

/**
 * Up to where changes were read. Neither a version nor a transaction's number is one: changes that were numbered early
 * may become visible late, so what is new is what a snapshot of PostgreSQL does not see.
 */
export interface Position {
  /** All that it sees was read. */
  readonly snapshot: string
  /** Of what it does not see, but a later snapshot does, all was read up to a version; 0 is before the first. */
  readonly batch?: { readonly snapshot: string; readonly version: string }
}

/** Before all changes: this snapshot sees none. */
export const beginning: Position = { snapshot: '1:1:' }

/** A position as a client keeps it: opaque, so that what is in it can change. */
export function positionText({ snapshot, batch }: Position): string {
  const parts = batch ? [snapshot, batch.snapshot, batch.version] : [snapshot]
  return Buffer.from(parts.join('/')).toString('base64url')
}

/** @returns undefined when it is no position of ours */
export function positionIn(text: string): Position | undefined {
  const [snapshot = '', next, version, ...more] = Buffer.from(text, 'base64url').toString().split('/')
  if (!isSnapshot(snapshot) || more.length > 0) return undefined
  if (next === undefined) return { snapshot }
  if (version === undefined || !isSnapshot(next) || !isVersion(version)) return undefined
  return { snapshot, batch: { snapshot: next, version } }
}

/** xmin:xmax:xip, as PostgreSQL takes it: https://www.postgresql.org/docs/current/functions-info.html */
function isSnapshot(text: string): boolean {
  const [, xmin, xmax, running = ''] = /^([1-9]\d{0,17}):([1-9]\d{0,17}):((?:\d{1,18},)*\d{1,18}|)$/.exec(text) ?? []
  if (xmin === undefined || xmax === undefined) return false
  const xids = [xmin, ...(running === '' ? [] : running.split(','))].map(BigInt)
  const isAscending = xids.every((xid, index) => xid >= (xids[index - 1] ?? 0n))
  return isAscending && (running === '' ? BigInt(xmin) <= BigInt(xmax) : (xids.at(-1) ?? 0n) < BigInt(xmax))
}
