import { expect, test } from 'vitest'

import { configure } from '../settings/configuration.ts'
import { guarded, tokenEntry } from '../testing/guarded-sample.ts'

const { settings: schema } = guarded.definition
const jwt = { issuer: 'https://issuer.example.org', audience: 'things' }

function configured(auth: unknown, env: Readonly<Record<string, string>> = {}): ReturnType<typeof configure> {
  return configure('guarded', schema, { env, preset: { auth } })
}

test.for([
  [{ jwt: { ...jwt } }, 'auth.jwt.jwksUrl: Expected either jwksUrl or jwksFile'],
  [{ jwt: { ...jwt, jwksUrl: 'https://a', jwksFile: 'b' } }, 'auth.jwt.jwksUrl: Expected either jwksUrl or jwksFile'],
  [{ jwt: { ...jwt, jwksUrl: 'http://example.org/keys' } }, 'auth.jwt.jwksUrl: Expected https; plain http to another'],
  [{ jwt: { ...jwt, jwksUrl: 'http://127.0.0.1.example.org' } }, 'auth.jwt.jwksUrl: Expected https; plain http'],
  [{ jwt: { ...jwt, jwksUrl: 'file:///keys' } }, 'auth.jwt.jwksUrl: Expected an http or https URL'],
  [{ jwt: { ...jwt, jwksUrl: 'keys' } }, 'auth.jwt.jwksUrl: Expected an http or https URL'],
  [{ jwt: { audience: 'things', jwksFile: 'b' } }, 'auth.jwt.issuer: '],
  [{ jwt: { issuer: 'a', jwksFile: 'b' } }, 'auth.jwt.audience: '],
  [{ jwt: { ...jwt, jwksFile: 'b', algorithms: 'HS256' } }, 'auth.jwt.algorithms: Expected some of RS256|'],
  [{ jwt: { ...jwt, jwksFile: 'b', algorithms: 'none' } }, 'auth.jwt.algorithms: Expected some of RS256|'],
  [{ tokens: { 'a b': tokenEntry('t', 'a') } }, 'auth.tokens'],
  [{ tokens: { ann: 'plain-token guarded:read' } }, 'auth.tokens.ann: Expected sha256:HASH and scopes'],
  [{ tokens: { ann: tokenEntry('t') } }, 'auth.tokens.ann: Expected sha256:HASH and scopes'],
  [{ users: { ann: 'a' } }, 'auth.users: Unrecognized key'],
] as const)('%j is refused', ([auth, message]) => {
  expect(() => configured(auth)).toThrow(message)
})

test.for(['https://example.org/keys', 'http://localhost:8080/keys', 'http://127.0.0.1/keys', 'http://[::1]/keys'])(
  'keys may come from %s',
  (jwksUrl) => {
    expect(configured({ jwt: { ...jwt, jwksUrl } }).settings).toMatchObject({ auth: { jwt: { jwksUrl } } })
  },
)

test('keys may come over plain HTTP from elsewhere only where it is said so', () => {
  const jwksUrl = 'http://issuer.default.svc.cluster.local/keys'
  expect(configured({ jwt: { ...jwt, jwksUrl, jwksOverHttp: true } }).settings).toMatchObject({
    auth: { jwt: { jwksUrl } },
  })
})

test('a container can be told everything by its environment', () => {
  const entry = tokenEntry('t', 'guarded:read', 'guarded:write')
  const { settings, effective } = configured(undefined, {
    GUARDED_AUTH_TOKENS_DEPLOYER: entry,
    GUARDED_AUTH_TOKEN_FILE: '/secrets/tokens',
    GUARDED_AUTH_JWT_ISSUER: jwt.issuer,
    GUARDED_AUTH_JWT_AUDIENCE: jwt.audience,
    GUARDED_AUTH_JWT_JWKS_URL: 'https://issuer.example.org/keys',
    GUARDED_AUTH_JWT_ALGORITHMS: 'ES256 EdDSA',
  })
  expect(settings).toMatchObject({
    auth: {
      tokens: { deployer: entry },
      tokenFile: '/secrets/tokens',
      jwt: { ...jwt, jwksUrl: 'https://issuer.example.org/keys', algorithms: 'ES256 EdDSA', actorClaim: 'sub' },
    },
  })
  const shown = effective.find(({ path }) => path.join('.') === 'auth.tokens.deployer')
  expect(shown?.value).toBe('***')
})
