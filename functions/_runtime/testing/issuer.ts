import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose'

interface SigningKey {
  readonly kid: string
  readonly algorithm: string
  readonly privateKey: CryptoKey
  readonly publicJwk: object
}

/** Who signs tokens, and serves the keys that they are checked with. */
export class Issuer {
  readonly name = 'https://issuer.example.org'
  readonly audience = 'things'
  /** How often the keys were asked for. */
  asked = 0
  /** What the keys are answered with; the keys unless a test wants something else. */
  answer: RequestListener = (_request, response) => response.end(this.jwks)
  readonly #keys = new Map<string, SigningKey>()
  readonly #server: Server
  #port = 0

  private constructor() {
    this.#server = createServer((request, response) => {
      this.asked += 1
      this.answer(request, response)
    })
  }

  /** Listens, with a key for each algorithm, whose kid is its name. */
  static async start(...algorithms: readonly string[]): Promise<Issuer> {
    const issuer = new Issuer()
    for (const algorithm of algorithms) await issuer.addKey(algorithm, algorithm)
    await issuer.listen()
    return issuer
  }

  /** The same also while it does not listen. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/keys`
  }

  get jwks(): string {
    return JSON.stringify({ keys: [...this.#keys.values()].map(({ publicJwk }) => publicJwk) })
  }

  async addKey(kid: string, algorithm: string): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair(algorithm)
    const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' }
    this.#keys.set(kid, { kid, algorithm, privateKey, publicJwk })
  }

  removeKey(kid: string): void {
    this.#keys.delete(kid)
  }

  /** The public key as JSON text. */
  publicKey(kid: string): string {
    return JSON.stringify(this.#key(kid).publicJwk)
  }

  /** Signs a token that is as it should be, but for these claims; undefined leaves one out. */
  async sign(
    kid: string,
    claims: JWTPayload = {},
    header: Readonly<Record<string, unknown>> = { kid },
  ): Promise<string> {
    const { algorithm, privateKey } = this.#key(kid)
    const now = Math.floor(Date.now() / 1000)
    const usual = { iss: this.name, aud: this.audience, sub: 'ann', iat: now, exp: now + 300, scope: 'guarded:read' }
    const payload = Object.fromEntries(
      Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined),
    )
    return new SignJWT(payload).setProtectedHeader({ alg: algorithm, ...header }).sign(privateKey)
  }

  /** Listens, where it did before if it has. */
  async listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  #key(kid: string): SigningKey {
    const key = this.#keys.get(kid)
    if (!key) throw new Error(`The issuer has no key ${kid}.`)
    return key
  }
}
