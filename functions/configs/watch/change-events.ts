import { Problem } from '../../_runtime/reply/problem.ts'
import type { ReplyPart } from '../../_runtime/reply/reply-stream.ts'
import type { Batch, FeedChange } from '../feed/change-feed.ts'
import { documentText } from '../documents/document.ts'
import { positionText, type Position } from '../feed/feed-position.ts'
import type { StoredConfig } from '../store/store.ts'
import type { Watch } from './watch.ts'

interface Wanted {
  /** After what to begin; with what comes now where there is none. */
  readonly after: Position | undefined
  /** How names begin; the empty text where any will do. */
  readonly prefix: string
  /** Whether the document that a change made is told, too. */
  readonly withDocuments: boolean
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
export async function* changeEvents(watch: Watch, { after, end, ...wanted }: Wanted): AsyncGenerator<ReplyPart> {
  const leave = watch.signal.attend()
  let isBegun = false
  try {
    let position = after ?? (await watch.feed.now())
    let told = positionText(position)
    let toldAt = performance.now()
    isBegun = true
    // From here on a client that was told of nothing yet can come back without a gap.
    yield `retry: ${retryMs}\n${idOf(position)}\n`
    while (!end.aborted) {
      const heard = watch.signal.count
      const batch = await unlessAway(() => watch.feed.read(position))
      position = batch?.position ?? position
      const parts = batch ? eventsOf(watch, batch, wanted) : []
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
  } catch (error) {
    // Nothing was told yet, or it was a document that could not be read: its client comes back for it.
    if (!isBegun || !isAway(error)) throw error
  } finally {
    leave()
  }
}

/** @returns undefined when the database is away */
async function unlessAway<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (isAway(error)) return undefined
    throw error
  }
}

function isAway(error: unknown): boolean {
  return error instanceof Problem && error.status === 503
}

/** What has no documents is told at once, what has them one by one: they may be large. */
async function* eventsOf(
  { documents }: Watch,
  { changes, hasGap, position }: Batch,
  { prefix, withDocuments }: Pick<Wanted, 'prefix' | 'withDocuments'>,
): AsyncGenerator<string> {
  const wanted = changes.filter(({ name }) => name.startsWith(prefix))
  if (hasGap) yield gapEvent(wanted[0] ? undefined : position)
  if (withDocuments)
    for (const change of wanted) yield changeEvent(change, await documents.find(change.name, change.version))
  else if (wanted.length > 0) yield wanted.map((change) => changeEvent(change)).join('')
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
