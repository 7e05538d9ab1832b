import { badRequest, type Flaw, type Problem } from '../../_runtime/reply/problem.ts'
import { jsonPointer } from '../../_runtime/request/validate.ts'

const mostCharacters = 60

/** A place in the JSON of a request. */
export type Path = readonly PropertyKey[]

/** Of a request that is well made, and which the model does not understand. */
export function misfit(path: Path, detail: string): Problem {
  return misfits([{ at: jsonPointer(path), detail }])
}

/** What a client wrote, as far as anybody reads it. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > mostCharacters ? `${text.slice(0, mostCharacters)}...` : text)
}

export function misfits(flaws: readonly Flaw[]): Problem {
  return badRequest('The body does not fit the model; errors says where.', flaws)
}
