import type { Delivery } from '../destination.ts'
import type { KafkaTopicSettings } from './settings.ts'

/** What of an error of the client, or of Node, is known to be fit for a log. */
interface Cause {
  /** Of the client, such as PLT_KFK_AUTHENTICATION, or of a socket. */
  readonly code: string
  /** What the broker answers, by its name in the protocol. */
  readonly answer: string | undefined
}

/** What says of an event, and not of the topic or the way there, that it is wrong. */
const refusals: ReadonlySet<string> = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD'])
const forbidden: ReadonlySet<string> = new Set(['TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED'])
/** What the client calls what has causes of its own. */
const wrapping: ReadonlySet<string> = new Set([
  'PLT_KFK_MULTIPLE',
  'PLT_KFK_NETWORK',
  'PLT_KFK_RESPONSE',
  'PLT_KFK_USER',
])

/** Says what went wrong in words that hold no credentials. */
export function failureOf(error: unknown, settings: KafkaTopicSettings): Delivery {
  const causes = [...causesIn(error)]
  const answers = causes.flatMap(({ answer }) => answer ?? [])
  const refusal = answers.find((answer) => refusals.has(answer))
  if (refusal !== undefined) return { outcome: 'refused', reason: `Kafka: ${refusal}` }
  return { outcome: 'failed', reason: `Kafka: ${reasonIn(causes, answers, settings)}` }
}

function reasonIn(
  causes: readonly Cause[],
  answers: readonly string[],
  { brokers, topic, sasl }: KafkaTopicSettings,
): string {
  const has = (code: string): boolean => causes.some((cause) => cause.code === code)
  if (has('PLT_KFK_AUTHENTICATION'))
    return `the brokers refuse user "${sasl?.username}" or its password (${sasl?.mechanism})`
  // It is also what the client says of a handshake that failed.
  const isUnknown = has('PLT_KFK_USER') && !has('PLT_KFK_NETWORK')
  if (isUnknown || answers.includes('UNKNOWN_TOPIC_OR_PARTITION')) return `there is no topic "${topic}"`
  const denial = answers.find((answer) => forbidden.has(answer))
  if (denial !== undefined) return `the brokers do not let us write to topic "${topic}" (${denial})`
  if (has('TimeoutError')) return `no answer in time from ${brokers.join(', ')}`
  const [answer] = answers
  if (answer !== undefined) return answer
  const code = causes.map((cause) => cause.code).find((each) => !wrapping.has(each))
  return `no connection to ${brokers.join(', ')} (${code ?? 'closed by the broker: TLS or SASL may be missing'})`
}

/** Errors of the client hold others, those of all its tries. */
function* causesIn(error: unknown): Generator<Cause> {
  if (!(error instanceof Error)) return
  const { name, code, apiId } = error as NodeJS.ErrnoException & { apiId?: string }
  yield { code: code ?? name, answer: apiId }
  if (error instanceof AggregateError) for (const each of error.errors) yield* causesIn(each)
  yield* causesIn(error.cause)
}
