import type { CloudEvent } from '../../../_runtime/events/cloud-event.ts'
import { structuredText, type EventMode } from '../../../_runtime/events/message.ts'

/** What a topic keeps of an event. */
export interface KafkaRecord {
  /** The name of the config: its records are in one partition, in their order, and a compacted topic keeps the last. */
  readonly key: Buffer
  /** Undefined where a config was removed: a compacted topic forgets it then. */
  readonly value?: Buffer
  readonly headers: Map<string, Buffer>
}

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md */
export function kafkaRecord(event: CloudEvent, mode: EventMode): KafkaRecord {
  const key = Buffer.from(event.attributes['subject'] ?? '')
  if (mode === 'structured') {
    const headers = new Map([['content-type', Buffer.from('application/cloudevents+json; charset=UTF-8')]])
    return { key, value: Buffer.from(structuredText(event)), headers }
  }
  const headers = new Map(Object.entries(event.attributes).map(([name, value]) => [`ce_${name}`, Buffer.from(value)]))
  if (event.data === undefined) return { key, headers }
  headers.set('content-type', Buffer.from('application/json'))
  return { key, value: Buffer.from(event.data), headers }
}
