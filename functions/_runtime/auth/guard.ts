import type { Opening } from '../function/definition.ts'
import type { Logger } from '../process/log.ts'
import type { Problem } from '../reply/problem.ts'
import type { JwtVerifier } from './jwt.ts'
import { keysUnavailable, scopeMissing, tokenNeeded, tokenRefused, type Refusal } from './refusal.ts'
import { RejectionCounts } from './rejection-counts.ts'
import type { AuthSettings, JwtSettings } from './settings.ts'
import { readTokenFile } from './token-file.ts'
import { findIdentity, tokenOf, type Identity, type Token } from './token.ts'

type Surroundings = Pick<Opening<unknown>, 'log' | 'metrics'>

/** RFC 6750, section 2.1; the name of a scheme is the same in any case. */
const bearer = /^bearer +([\w.~+/-]+=*) *$/i
const jwtForm = /^[\w-]+\.[\w-]+\.[\w-]*$/

/**
 * Makes what lets requests in.
 * @returns undefined where everybody may ask
 * @throws SettingsError when the file of tokens is wrong
 */
export function guardOf(name: string, settings: AuthSettings, opening: Surroundings): Guard | undefined {
  const { tokens, tokenFile, jwt } = settings
  const listed = Object.entries(tokens)
  if (listed.length === 0 && tokenFile === undefined && !jwt) return undefined
  const all = listed.map(([actor, text]) => tokenOf(actor, text))
  if (tokenFile !== undefined) all.push(...readTokenFile(tokenFile))
  return new Guard(name, all, jwt, opening)
}

/** Lets in the requests whose token has the scope that is needed. */
export class Guard {
  readonly #name: string
  readonly #tokens: readonly Token[]
  readonly #jwt: JwtSettings | undefined
  readonly #log: Logger
  readonly #rejections: RejectionCounts
  #verifier: Promise<JwtVerifier> | undefined

  constructor(name: string, tokens: readonly Token[], jwt: JwtSettings | undefined, { log, metrics }: Surroundings) {
    this.#name = name
    this.#tokens = tokens
    this.#jwt = jwt
    this.#log = log
    this.#rejections = metrics.of(RejectionCounts)
  }

  /**
   * @param authorization the header as it was sent
   * @returns who asks
   * @throws Problem 401, 403, 503
   */
  admit(scope: string, authorization: string | undefined): string | Promise<string> {
    // Another scheme is nothing of ours, like no header at all.
    if (authorization === undefined || !/^bearer\b/i.test(authorization)) throw this.#refuse('no_token', scope)
    const [, token] = bearer.exec(authorization) ?? []
    if (token === undefined) throw this.#refuse('malformed', scope)
    if (this.#jwt && jwtForm.test(token)) return this.#verify(this.#jwt, token, scope)
    const identity = findIdentity(this.#tokens, token)
    if (!identity) throw this.#refuse('unknown_token', scope)
    return this.#allow(identity, scope)
  }

  async #verify(settings: JwtSettings, token: string, scope: string): Promise<string> {
    // A chunk of its own in a bundle, loaded by the first token that needs it.
    this.#verifier ??= import('./jwt.ts').then(({ JwtVerifier: Verifier }) => new Verifier(settings, this.#log))
    const verdict = await (await this.#verifier).verify(token)
    if ('refusal' in verdict) throw this.#refuse(verdict.refusal, scope)
    return this.#allow(verdict, scope)
  }

  #allow({ actor, scopes }: Identity, scope: string): string {
    if (!scopes.has(scope)) throw this.#refuse('insufficient_scope', scope)
    return actor
  }

  #refuse(refusal: Refusal, scope: string): Problem {
    this.#rejections.add(this.#name, refusal)
    if (refusal === 'no_token') return tokenNeeded(this.#name)
    if (refusal === 'insufficient_scope') return scopeMissing(this.#name, scope)
    return refusal === 'keys_unavailable' ? keysUnavailable() : tokenRefused(this.#name, refusal)
  }
}
