/** Who asks, and what they may. */
export interface Identity {
  readonly actor: string
  readonly scopes: ReadonlySet<string>
}

/** A token that was handed out: the hash of it, and whose it is. */
export interface Token {
  readonly hash: Buffer
  readonly identity: Identity
}

/** The name of who has a token. */
export const tokenName = /^[\w.@-]{1,100}$/

/** What settings say of a token: its hash, and its scopes (RFC 6749, section 3.3). */
export const tokenForm = /^sha256:[0-9a-f]{64}(?: +[\x21\x23-\x5B\x5D-\x7E]+)+$/

/** @param text of `tokenForm` */
export function tokenOf(actor: string, text: string): Token {
  const [hash = '', ...scopes] = text.split(/ +/)
  return { hash: Buffer.from(hash.replace('sha256:', ''), 'hex'), identity: { actor, scopes: new Set(scopes) } }
}

/** What a token is kept as. A plain hash is enough for 256 random bits, which nobody can try. */
export function hashOf(token: string): Buffer {
  // Loaded here: it takes 4 ms, which a start should not.
  return process.getBuiltinModule('node:crypto').hash('sha256', token, 'buffer')
}

/** Finds whose a token is, in a time that does not tell how much of it was right. */
export function findIdentity(tokens: readonly Token[], token: string): Identity | undefined {
  const { timingSafeEqual } = process.getBuiltinModule('node:crypto')
  const hash = hashOf(token)
  let found: Identity | undefined
  for (const each of tokens) if (timingSafeEqual(each.hash, hash)) found = each.identity
  return found
}
