import type { ConfigsSettings } from '../schema.ts'
import type { Destination } from './destination.ts'
import { KafkaDestination } from './kafka/kafka-destination.ts'
import { Sink } from './sink.ts'

/** @returns undefined where events have no address */
export function openDestination({ features, events }: ConfigsSettings): Destination | undefined {
  const { mode, timeoutMs, sink } = events
  const { brokers, topic, tls, sasl } = events.kafka
  if (features.kafka && brokers !== undefined && topic !== undefined) {
    return new KafkaDestination({ brokers: brokers.split(','), topic, tls, sasl, mode, timeoutMs })
  }
  return sink === undefined ? undefined : new Sink({ ...events, sink })
}
