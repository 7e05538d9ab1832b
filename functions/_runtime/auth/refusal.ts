import { Problem, serviceUnavailable } from '../reply/problem.ts'

/** What can be wrong with a token, and what its bearer is told: text that may stand in quotes in a header. */
const flaws = {
  malformed: 'The Authorization header has no bearer token that can be read.',
  unknown_token: 'Nobody has this token.',
  expired: 'The token has expired.',
  not_yet_valid: 'The token is not valid yet.',
  wrong_issuer: 'The token is of another issuer.',
  wrong_audience: 'The token is for another audience.',
  wrong_claims: 'The token lacks a claim that is needed, or has one that cannot be read.',
  wrong_algorithm: 'The token is signed with an algorithm that is not allowed.',
  unknown_key: 'The token does not say with which of the keys of its issuer it is signed, or it is none of them.',
  wrong_signature: 'The signature of the token is wrong.',
} as const

export type TokenFlaw = keyof typeof flaws
/** Why a request was not let in; there are as many as there are names here. */
export type Refusal = TokenFlaw | 'no_token' | 'insufficient_scope' | 'keys_unavailable'

const keysRetrySeconds = 5

/** Says that a token is needed. RFC 6750, section 3.1: who has sent none is told of no error. */
export function tokenNeeded(realm: string): Problem {
  return unauthorized(realm, 'This needs a token, sent as Authorization: Bearer TOKEN.')
}

export function tokenRefused(realm: string, flaw: TokenFlaw): Problem {
  return unauthorized(realm, flaws[flaw], `, error="invalid_token", error_description="${flaws[flaw]}"`)
}

export function scopeMissing(realm: string, scope: string): Problem {
  const detail = `The token does not allow ${scope}.`
  const challenge = `Bearer realm="${realm}", error="insufficient_scope", error_description="${detail}", scope="${scope}"`
  return new Problem(403, 'Forbidden', detail, { headers: { 'www-authenticate': challenge } })
}

/** The token may be right: another one would not help. */
export function keysUnavailable(): Problem {
  return serviceUnavailable('The keys with which tokens are checked cannot be had now. Ask again.', keysRetrySeconds)
}

function unauthorized(realm: string, detail: string, error = ''): Problem {
  const headers = { 'www-authenticate': `Bearer realm="${realm}"${error}` }
  return new Problem(401, 'Unauthorized', detail, { headers })
}
