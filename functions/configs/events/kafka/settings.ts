import * as z from 'zod/mini'

import { secrets } from '../../../_runtime/settings/registries.ts'

const nonEmpty = z.string().check(z.minLength(1))
const Password = z.string().check(z.minLength(1))
Password.register(secrets, { secret: true })

const broker = String.raw`(?:[\w.-]+|\[[\da-fA-F:]+\]):\d{1,5}`
const Brokers = z
  .string()
  .check(z.regex(new RegExp(`^${broker}(?:,${broker})*$`), 'Expected host:port, several with commas between'))
const TopicName = z
  .string()
  .check(z.regex(/^(?!\.{1,2}$)[\w.-]{1,249}$/, 'Expected 1 to 249 letters, digits, ".", "_" or "-"'))

const KafkaTls = z
  .strictObject({
    /** Whether connections are encrypted. */
    enabled: z._default(z.boolean(), false),
    /** A file of certificates in PEM that sign those of the brokers; those that Node knows, where there is none. */
    caFile: z.optional(nonEmpty),
    /** Files in PEM by which the brokers know who sends. */
    certFile: z.optional(nonEmpty),
    keyFile: z.optional(nonEmpty),
  })
  .check(
    z.refine(({ certFile, keyFile }) => (certFile === undefined) === (keyFile === undefined), {
      path: ['keyFile'],
      message: 'Expected both certFile and keyFile, or neither',
    }),
  )

const KafkaSasl = z.strictObject({
  mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
  username: nonEmpty,
  password: Password,
})

/** The topic of Kafka that takes events, where `features.kafka` is on. */
export const KafkaSettings = z.strictObject({
  /** Where some of the cluster's brokers are: host:port, commas between. */
  brokers: z.optional(Brokers),
  topic: z.optional(TopicName),
  tls: z.prefault(KafkaTls, {}),
  /** How to log in; without it nobody does. */
  sasl: z.optional(KafkaSasl),
})

/** Those of a topic that is used. */
export interface KafkaTopicSettings {
  readonly brokers: readonly string[]
  readonly topic: string
  readonly tls: z.output<typeof KafkaTls>
  readonly sasl: z.output<typeof KafkaSasl> | undefined
  readonly mode: 'binary' | 'structured'
  /** Time for an event to be taken. */
  readonly timeoutMs: number
}
