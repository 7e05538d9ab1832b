import type * as z from 'zod/mini'

import type { Problem } from './problem.ts'

/** How the clients of another protocol are told of problems, under the paths that are its own. */
export interface ProblemDialect {
  /** What they take the document for. */
  readonly mediaType: string
  /** The members that it has besides those of RFC 9457, for the OpenAPI document. */
  readonly shape: Readonly<Record<string, z.core.$ZodType>>
  readonly membersOf: (problem: Problem) => Readonly<Record<string, unknown>>
  /** What is said of a path where nothing is. */
  readonly nothingAt: (path: string) => string
}

/** By the path that those of the protocol begin with. */
export type ProblemDialects = Readonly<Record<`/${string}`, ProblemDialect>>

/** @returns undefined where problems are as RFC 9457 has them, and nothing else */
export function dialectAt(path: string, dialects: ProblemDialects = {}): ProblemDialect | undefined {
  const entries = Object.entries(dialects)
  return entries.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`))?.[1]
}
