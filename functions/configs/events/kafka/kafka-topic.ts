import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'

import { Producer } from '@platformatic/kafka'

import type { CloudEvent } from '../../../_runtime/events/cloud-event.ts'
import type { Delivery, Destination } from '../destination.ts'
import { failureOf } from './failure.ts'
import { kafkaRecord } from './kafka-record.ts'
import type { KafkaTopicSettings } from './settings.ts'

type TopicProducer = Producer<Buffer, Buffer, string>

const clientId = 'quartet-configs'
/** Again with the same number, by which the broker knows what it has already. */
const retries = 5
const retryDelayMs = 200

const mechanisms = { plain: 'PLAIN', 'scram-sha-256': 'SCRAM-SHA-256', 'scram-sha-512': 'SCRAM-SHA-512' } as const

/** A topic of Kafka that takes events: all replicas that are in sync have one before it is taken. */
export class KafkaTopic implements Destination {
  readonly #settings: KafkaTopicSettings
  #producer: TopicProducer | undefined

  constructor(settings: KafkaTopicSettings) {
    this.#settings = settings
  }

  async send(event: CloudEvent, signal?: AbortSignal): Promise<Delivery> {
    const { topic, mode, timeoutMs } = this.#settings
    let producer: TopicProducer | undefined
    try {
      producer = this.#producer ??= this.#open()
      const sending = producer.send({ messages: [{ topic, ...kafkaRecord(event, mode) }] })
      await inTime(sending, timeoutMs, signal)
      return { outcome: 'taken' }
    } catch (error) {
      // What is not known to have arrived leaves a gap in the numbers of this producer, after which none of it is taken.
      if (producer) this.#drop(producer)
      return failureOf(error, this.#settings)
    }
  }

  rest(): void {
    if (this.#producer) this.#drop(this.#producer)
  }

  #open(): TopicProducer {
    const { brokers, tls, sasl, timeoutMs } = this.#settings
    return new Producer({
      clientId,
      bootstrapBrokers: [...brokers],
      idempotent: true,
      autocreateTopics: false,
      retries,
      retryDelay: retryDelayMs,
      timeout: timeoutMs,
      connectTimeout: timeoutMs,
      serializers: { headerKey: (name) => Buffer.from(name ?? '') },
      ...(tls.enabled && { tls: connectionOptions(tls) }),
      ...(sasl && { sasl: { ...sasl, mechanism: mechanisms[sasl.mechanism] } }),
    })
  }

  #drop(producer: TopicProducer): void {
    if (this.#producer === producer) this.#producer = undefined
    producer.close(true).catch(() => {})
  }
}

function connectionOptions({ caFile, certFile, keyFile }: KafkaTopicSettings['tls']): ConnectionOptions {
  return {
    ...(caFile !== undefined && { ca: readFileSync(caFile) }),
    ...(certFile !== undefined && { cert: readFileSync(certFile) }),
    ...(keyFile !== undefined && { key: readFileSync(keyFile) }),
  }
}

/** @throws TimeoutError, or AbortError when the signal aborts, whatever becomes of the work */
async function inTime(work: Promise<unknown>, timeoutMs: number, signal?: AbortSignal): Promise<void> {
  const ending = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])])
  const ended = Promise.withResolvers<never>()
  const end = (): void => ended.reject(ending.reason)
  ending.addEventListener('abort', end)
  try {
    await Promise.race([work, ended.promise])
  } finally {
    ending.removeEventListener('abort', end)
  }
}
