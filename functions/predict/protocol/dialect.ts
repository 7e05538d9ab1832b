import * as z from 'zod/mini'

import type { ProblemDialect } from '../../_runtime/reply/problem-dialect.ts'
import type { Problem } from '../../_runtime/reply/problem.ts'

/** More than a line of a client's log has room for. */
const mostFlaws = 3

/** What parts of the protocol are not here, by a word of their paths, and what is in their stead. */
const absent: Readonly<Record<string, string>> = {
  load: 'Models are not loaded by request: a version is opened when it is first asked for.',
  unload: 'Models are not unloaded by request: the process ends when nobody calls.',
  stats: 'Statistics are not kept in this form: the metrics function has them as predict_*, for Prometheus.',
  systemsharedmemory: 'There is no shared memory: send tensors in the body, and take them from it.',
  cudasharedmemory: 'There is no shared memory: send tensors in the body, and take them from it.',
  trace: 'Tracing is not set by request: the settings of the function say what is traced.',
  logging: 'Logging is not set by request: the settings of the function say what is logged.',
}

/**
 * Problems as clients of the Open Inference Protocol read them: in a member `error`, without which Triton's raises a
 * KeyError. KServe's looks for it only where the media type is exactly this one.
 */
export const protocolDialect: ProblemDialect = {
  mediaType: 'application/json',
  shape: { error: z.string() },
  membersOf: (problem) => ({ error: errorOf(problem) }),
  nothingAt: (path) => {
    const instead = insteadOf(path.split('/')) ?? 'GET /v2 lists the extensions, /openapi.json the paths.'
    return `Nothing is at ${path}. ${instead}`
  },
}

/** @returns what to do without a part of the protocol that is not here; undefined where the words name none */
export function insteadOf(words: readonly string[]): string | undefined {
  return words.map((word) => (Object.hasOwn(absent, word) ? absent[word] : undefined)).find(Boolean)
}

/** It is all that the clients show: so it says what is wrong where. */
function errorOf({ detail, errors }: Problem): string {
  if (errors.length === 0) return detail
  const flaws = errors.slice(0, mostFlaws).map((flaw) => (flaw.at === '' ? flaw.detail : `${flaw.at}: ${flaw.detail}`))
  const others = errors.length - flaws.length
  return [...flaws, ...(others > 0 ? [`and ${others} more`] : [])].join('; ')
}
