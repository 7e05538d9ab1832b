import * as z from 'zod/mini'

import { validate } from '../../functions/_runtime/request/validate.ts'

/** What our log lines have in common with those of many others: pino's form. */
const LogLine = z.object({
  msg: z.string(),
  err: z.optional(z.object({ message: z._default(z.string(), '') })),
})

/** Where in a stack an error was says less than the error, whose lines are wanted. */
const isOfStack = (line: string): boolean => /^\s+at /.test(line)

/** The lines of a log that tell something, for people. */
export function tellingLines(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => line.trim() !== '' && !isOfStack(line))
    .map(readable)
}

/** A line of a log for people: of JSON, what it says. */
function readable(line: string): string {
  const result = validate(LogLine, jsonIn(line))
  if (!result.success) return line
  const { msg, err } = result.value
  return err && err.message !== '' && err.message !== msg ? `${msg}: ${err.message}` : msg
}

function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
