import { Problem } from '../../_runtime/problem.ts'
import type { ReplyPart } from '../../_runtime/reply-stream.ts'
import type { Batch, FeedChange } from '../change-feed.ts'
import { documentText } from '../document.ts'
import { positionText, type Position } from '../feed-position.ts'
import type { StoredConfig } from '../store.ts'
import type { Watch } from './watch.ts'

interface Wanted {
  /** After what to begin; with what comes now where there is none. */
  readonly after: Position | undefined
  /** How names begin; the empty text where any will do. */
  readonly prefix: string
  /** The document that a change made; undefined where it is not wanted. */
  readonly documentOf: ((change: FeedChange) => Promise<StoredConfig | undefined>) | undefined
  /** Aborts when the stream has to end. */
  readonly end: AbortSignal
}

/** After a stream has ended, a client comes back in that time. */
const retryMs = 1000
/** Below what proxies allow a connection to be silent. */
const heartbeatMs = 15_000

/**
 * Tells changes as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), from a position on
 * until it has to end. While the database is away it waits: who follows is not sent away for it.
 */
export async function* changeEvents(
  watch: Watch,
  { after, prefix, documentOf, end }: Wanted,
): AsyncGenerator<ReplyPart> {
  const leave = watch.signal.attend()
  try {
    let position = after ?? (await watch.feed.now())
    let told = positionText(position)
    let toldAt = performance.now()
    // From here on a client that was told of nothing yet can come back without a gap.
    yield `retry: ${retryMs}\n${idOf(position)}\n`
    while (!end.aborted) {
      const heard = watch.signal.count
      const batch = await readOrWait(watch, position)
      position = batch?.position ?? position
      const parts = batch ? eventsOf(batch, prefix, documentOf) : []
      for await (const part of parts) {
        told = positionText(position)
        toldAt = performance.now()
        yield part
        if (end.aborted) return
      }
      if (performance.now() - toldAt > heartbeatMs) {
        // The place of a client that is told of little moves, too: what is deleted is before it.
        yield told === positionText(position) ? ':\n\n' : `${idOf(position)}\n`
        told = positionText(position)
        toldAt = performance.now()
      }
      if (!batch?.hasMore) await watch.signal.after(heard, end)
    }
  } finally {
    leave()
  }
}

/** @returns undefined when the database is away */
async function readOrWait({ feed }: Watch, position: Position): Promise<Batch | undefined> {
  try {
    return await feed.read(position)
  } catch (error) {
    if (error instanceof Problem && error.status === 503) return undefined
    throw error
  }
}

/** What has no documents is told at once, what has them one by one: they may be large. */
async function* eventsOf(
  { changes, hasGap, position }: Batch,
  prefix: string,
  documentOf: Wanted['documentOf'],
): AsyncGenerator<string> {
  const wanted = changes.filter(({ name }) => name.startsWith(prefix))
  if (hasGap) yield gapEvent(wanted[0] ? undefined : position)
  if (!documentOf) {
    if (wanted.length > 0) yield wanted.map((change) => changeEvent(change)).join('')
    return
  }
  for (const change of wanted) yield changeEvent(change, await documentOf(change))
}

/** What was deleted before the client has read it is not told: it has to ask for what there is. */
function gapEvent(position: Position | undefined): string {
  const data = JSON.stringify({ detail: 'Changes before this were deleted unread. GET /configs has what there is.' })
  return `event: gap\n${position ? idOf(position) : ''}data: ${data}\n\n`
}

/** @param config null in the event of a removal, and of a version that is no longer kept */
function changeEvent({ name, version, kind, changedAt, actor, position }: FeedChange, config?: StoredConfig): string {
  const data = JSON.stringify({ name, version: Number(version), changedAt: changedAt.toISOString(), actor })
  const whole = config ? `${data.slice(0, -1)},"document":${documentText(config)}}` : data
  return `event: ${kind}\n${idOf(position)}data: ${whole.replaceAll(/\r\n|\r|\n/g, '\ndata: ')}\n\n`
}

function idOf(position: Position): string {
  return `id: ${positionText(position)}\n`
}
