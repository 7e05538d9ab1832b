import type { CloudEvent } from '../../_runtime/events/cloud-event.ts'

/** What became of an event that was sent. */
export type Delivery =
  | { readonly outcome: 'taken' }
  /** The event will never be taken, as it is. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** Nothing is known of the event but that it was not taken now. */
  | { readonly outcome: 'failed'; readonly reason: string; readonly retryAfterMs?: number | undefined }

/** Where events go. */
export interface Destination {
  /** Sends an event once. Whatever goes wrong is an answer too. */
  send(event: CloudEvent, signal?: AbortSignal): Promise<Delivery>
  /** Closes connections that nobody uses; what is sent later opens others. */
  rest(): void
}
