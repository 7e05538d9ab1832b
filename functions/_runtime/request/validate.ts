import en from 'zod/v4/locales/en.js'
import * as z from 'zod/mini'

import type { Flaw } from '../reply/problem.ts'

const { localeError } = en()

type Validated<T> =
  | { readonly success: true; readonly value: T }
  | { readonly success: false; readonly flaws: readonly Issue[] }

/** What zod found wrong, and the path to it. */
interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

// More than anybody reads; without a limit a small body of nothing but flaws would be answered with a large one.
const mostFlaws = 100

/** Turns unknown into a type, or says what is wrong with it. */
export function validate<Schema extends z.core.$ZodType>(schema: Schema, value: unknown): Validated<z.output<Schema>> {
  const result = z.safeParse(schema, value, { error: localeError })
  if (result.success) return { success: true, value: result.data }
  return { success: false, flaws: result.error.issues.slice(0, mostFlaws).flatMap(explain).slice(0, mostFlaws) }
}

export function flawsAtPointers(issues: readonly Issue[]): Flaw[] {
  return issues.map(({ path, message }) => ({ at: jsonPointer(path), detail: message }))
}

export function flawsAtNames(issues: readonly Issue[]): Flaw[] {
  return issues.map(({ path, message }) => ({ at: path.join('.'), detail: message }))
}

/** RFC 6901. The empty pointer is the whole document. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** An unrecognized or wrong key is a finding at that key; of a union, only the member that fits best is spoken of. */
function explain(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'Unrecognized key' }))
  }
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => ({ path: issue.path, message }))
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue]
  const members = issue.errors.map((issues) => issues.flatMap(explain))
  const closest = members.reduce((best, member) => (member.length < best.length ? member : best))
  return closest.map(({ path, message }) => ({ path: [...issue.path, ...path], message }))
}
