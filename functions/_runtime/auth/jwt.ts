import { JOSEError, JWTClaimValidationFailed } from 'jose/errors'
import { jwtVerify, type JWTVerifyOptions } from 'jose/jwt/verify'

import type { Logger } from '../process/log.ts'
import { fileSource, urlSource } from './key-source.ts'
import { KeySet, KeysUnavailable } from './key-set.ts'
import type { Refusal, TokenFlaw } from './refusal.ts'
import type { JwtSettings } from './settings.ts'
import type { Identity } from './token.ts'

/**
 * What a token came to. A value, since this file is a chunk: a Problem thrown here would be of another class than that
 * of the bundle.
 */
export type Verdict = Identity | { readonly refusal: Refusal }

type Claims = Readonly<Record<string, unknown>>

/** Safe in a database, a log and a header of ours. */
const actorForm = /^\P{C}{1,255}$/u

const flawOfCode: Readonly<Record<string, TokenFlaw>> = {
  ERR_JWT_EXPIRED: 'expired',
  ERR_JOSE_ALG_NOT_ALLOWED: 'wrong_algorithm',
  ERR_JOSE_NOT_SUPPORTED: 'wrong_algorithm',
  ERR_JWKS_NO_MATCHING_KEY: 'unknown_key',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'unknown_key',
  ERR_JWKS_INVALID: 'unknown_key',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'wrong_signature',
}

const flawOfClaim: Readonly<Record<string, TokenFlaw>> = {
  nbf: 'not_yet_valid',
  iss: 'wrong_issuer',
  aud: 'wrong_audience',
}

/** Checks JSON Web Tokens (RFC 7519) of one issuer. */
export class JwtVerifier {
  readonly #keys: KeySet
  readonly #options: JWTVerifyOptions
  readonly #actorClaim: string
  readonly #log: Logger

  constructor(settings: JwtSettings, log: Logger) {
    const { issuer, audience, algorithms, clockToleranceSeconds, actorClaim, jwksUrl, jwksFile } = settings
    this.#keys = new KeySet(
      jwksUrl === undefined ? fileSource(jwksFile ?? '') : urlSource(jwksUrl, settings.jwksTimeoutMs),
      (reason) => log.warn({ reason }, 'the keys of the issuer of tokens could not be read'),
    )
    this.#options = {
      issuer,
      audience,
      algorithms: algorithms.split(' '),
      clockTolerance: clockToleranceSeconds,
      // A token that never ends cannot be taken back.
      requiredClaims: ['exp'],
    }
    this.#actorClaim = actorClaim
    this.#log = log
  }

  async verify(token: string): Promise<Verdict> {
    try {
      const { payload } = await jwtVerify(token, this.#keys.find, this.#options)
      const actor = payload[this.#actorClaim]
      if (typeof actor !== 'string' || !actorForm.test(actor)) return { refusal: 'wrong_claims' }
      return { actor, scopes: scopesIn(payload) }
    } catch (error) {
      return { refusal: this.#refusalOf(error) }
    }
  }

  #refusalOf(error: unknown): Refusal {
    if (error instanceof KeysUnavailable) return 'keys_unavailable'
    if (error instanceof JWTClaimValidationFailed) return flawOfClaim[error.claim] ?? 'wrong_claims'
    if (error instanceof JOSEError) return flawOfCode[error.code] ?? 'malformed'
    // A key that cannot be used, such as one that is too short. The message only: errors have claims as properties.
    this.#log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'a token could not be checked')
    return 'unknown_key'
  }
}

/** `scope` is a text (RFC 8693), `scp` a text or a list, as issuers have it. */
function scopesIn({ scope, scp }: Claims): ReadonlySet<string> {
  return new Set([scope, scp].flatMap((claim) => (typeof claim === 'string' ? claim.split(' ') : elementsOf(claim))))
}

function elementsOf(claim: unknown): string[] {
  return Array.isArray(claim) ? claim.filter((element) => typeof element === 'string') : []
}
