import type { CloudEvent } from '../../../_runtime/events/cloud-event.ts'
import type { Delivery, Destination } from '../destination.ts'
import type { KafkaTopic } from './kafka-topic.ts'
import type { KafkaTopicSettings } from './settings.ts'

/** A topic of Kafka whose client, a chunk of its own, is loaded when the first event is sent. */
export class KafkaDestination implements Destination {
  readonly #settings: KafkaTopicSettings
  #topic: KafkaTopic | undefined

  constructor(settings: KafkaTopicSettings) {
    this.#settings = settings
  }

  async send(event: CloudEvent, signal?: AbortSignal): Promise<Delivery> {
    try {
      const { KafkaTopic: Topic } = await import('./kafka-topic.ts')
      this.#topic ??= new Topic(this.#settings)
    } catch (error) {
      return { outcome: 'failed', reason: `Kafka: its client cannot be loaded (${String(error)})` }
    }
    return this.#topic.send(event, signal)
  }

  rest(): void {
    this.#topic?.rest()
  }
}
