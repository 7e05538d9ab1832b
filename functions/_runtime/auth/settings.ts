import * as z from 'zod/mini'

import { secrets } from '../settings/registries.ts'
import { tokenForm, tokenName } from './token.ts'

/** Asymmetric all of them: what checks a token cannot make one. */
const algorithms = 'RS256|RS384|RS512|PS256|PS384|PS512|ES256|ES384|ES512|EdDSA|Ed25519'
const nonEmpty = z.string().check(z.minLength(1))
const Algorithms = z
  .string()
  .check(z.regex(new RegExp(`^(${algorithms})( (${algorithms}))*$`), `Expected some of ${algorithms}, spaces between`))

const JwtSettings = z
  .strictObject({
    /** The `iss` of tokens. */
    issuer: nonEmpty,
    /** What must be in their `aud`. */
    audience: nonEmpty,
    /** Where the issuer's keys are: a JSON Web Key Set (RFC 7517). */
    jwksUrl: z.optional(z.string().check(z.refine(isWebAddress, 'Expected an http or https URL'))),
    /** A file with them instead. */
    jwksFile: z.optional(nonEmpty),
    /** Whether the keys may come over plain HTTP from another machine, where who is on the way can put in others. */
    jwksOverHttp: z._default(z.boolean(), false),
    /** Time for the keys to arrive. */
    jwksTimeoutMs: z._default(z.int().check(z.gte(1), z.lte(60_000)), 3000),
    /** What tokens may be signed with, spaces between. */
    algorithms: z._default(Algorithms, 'RS256 PS256 ES256 EdDSA'),
    /** By how much the issuer's clock may be off. */
    clockToleranceSeconds: z._default(z.int().check(z.gte(0), z.lte(600)), 30),
    /** The claim that names who asks. */
    actorClaim: z._default(nonEmpty, 'sub'),
  })
  .check(
    z.refine(({ jwksUrl, jwksFile }) => (jwksUrl === undefined) !== (jwksFile === undefined), {
      path: ['jwksUrl'],
      message: 'Expected either jwksUrl or jwksFile',
    }),
    z.refine(({ jwksUrl, jwksOverHttp }) => jwksOverHttp || jwksUrl === undefined || isSafe(jwksUrl), {
      path: ['jwksUrl'],
      message: 'Expected https; plain http to another machine needs jwksOverHttp: true',
    }),
  )
export type JwtSettings = z.output<typeof JwtSettings>

const Tokens = z.record(
  z.string().check(z.regex(tokenName, 'Expected a name of letters, digits, ".", "_", "@" or "-"')),
  z.string().check(z.regex(tokenForm, 'Expected sha256:HASH and scopes, as `quartet token` prints')),
)
Tokens.register(secrets, { secret: true })

/** Who may ask a function. Where nothing is set, everybody may. */
export const AuthSettings = z.strictObject({
  /** Tokens by the name of who has it: its hash and its scopes, as `quartet token` prints them. */
  tokens: z.prefault(Tokens, {}),
  /** A file with more of them, a line each, such as a mounted secret; read at the start and on SIGHUP. */
  tokenFile: z.optional(nonEmpty),
  /** JSON Web Tokens of one issuer. */
  jwt: z.optional(JwtSettings),
})
export type AuthSettings = z.output<typeof AuthSettings>

function isWebAddress(url: string): boolean {
  return /^https?:\/\//.test(url) && URL.canParse(url)
}

/** Whether nobody can be between. */
function isSafe(url: string): boolean {
  // What is no URL is refused as that.
  const { protocol, hostname } = URL.parse(url) ?? { protocol: 'https:', hostname: '' }
  return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
