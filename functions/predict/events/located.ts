import { Problem } from '../../_runtime/reply/problem.ts'

/**
 * Reads a part of a body.
 * @param at where it is: a JSON pointer, empty where it is the whole body
 * @throws what reading throws; a Problem says where in the body it is
 */
export async function located<T>(at: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof Problem) || at === '') throw error
    const { status, title, detail, headers, errors, cause } = error
    const flaws = errors.length > 0 ? errors : [{ at: '', detail }]
    const inBody = flaws.map((flaw) => ({ at: placeIn(at, flaw.at), detail: flaw.detail }))
    throw new Problem(status, title, detail, { headers, errors: inBody, cause })
  }
}

/** A flaw is at a JSON pointer (RFC 6901), or at a byte of a picture. */
function placeIn(at: string, place: string): string {
  return place === '' || place.startsWith('/') ? `${at}${place}` : `${at}, ${place}`
}
