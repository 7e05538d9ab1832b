import type { Picture } from './picture.ts'
import type { Question } from './question.ts'
import { timingsOf, type Timings } from './server-timing.ts'

export interface Answer {
  readonly digit: number
  /** One for each digit; they sum to 1. */
  readonly probabilities: readonly number[]
  readonly modelVersion: string
  readonly seen: Picture | undefined
  readonly roundTripMs: number
  readonly timings: Timings
}

/** Why there is no answer. */
export interface Refusal {
  readonly title: string
  readonly detail: string
  /** When the function wants to be asked again. */
  readonly retryAfterSeconds?: number
  /** Whether the same question may be answered another time. */
  readonly isPassing: boolean
}

interface Prediction {
  readonly digit: number
  readonly probabilities: readonly number[]
  readonly modelVersion: string
  readonly image?: readonly number[]
}

interface Problem {
  readonly title: string
  readonly detail: string
}

export const unreachable: Refusal = {
  title: 'No answer',
  detail: 'The function cannot be reached.',
  isPassing: true,
}

export async function readAnswer(
  response: Response,
  { picture }: Question,
  startedAt: number,
): Promise<Answer | Refusal> {
  if (!isJson(response)) return refusalBetween(response)
  if (!response.ok) return refusal((await response.json()) as Problem, response)
  const { image, ...prediction } = (await response.json()) as Prediction
  const roundTripMs = performance.now() - startedAt
  const timings = timingsOf(response.headers.get('server-timing'))
  return { ...prediction, seen: image ? new Uint8ClampedArray(image) : picture, roundTripMs, timings }
}

function refusal({ title, detail }: Problem, { status, headers }: Response): Refusal {
  const retryAfterSeconds = Number(headers.get('retry-after'))
  const isPassing = status === 429 || status >= 500
  if (!(retryAfterSeconds > 0)) return { title, detail, isPassing }
  return { title, detail: `${detail} Asking again in ${retryAfterSeconds} s.`, retryAfterSeconds, isPassing }
}

/** What stands before the function, an ingress or an activator, refuses in words of its own. */
function refusalBetween({ status, statusText }: Response): Refusal {
  const detail = `What leads to the function answered ${status} ${statusText}`.trim()
  return { ...unreachable, detail: `${detail}.` }
}

function isJson({ headers }: Response): boolean {
  return /^application\/(?:problem\+)?json\b/.test(headers.get('content-type') ?? '')
}
