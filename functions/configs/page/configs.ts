import type { Answer, Client } from '../../_runtime/page/client.ts'

/** A document as the function has it. */
export interface Stored {
  readonly name: string
  /** JSON, to the letter. */
  readonly text: string
  readonly version: string
}

export interface Names {
  readonly names: readonly string[]
  /** The parameters of the next page, where there is one. */
  readonly next: string | undefined
}

/** One change of a config. */
export interface Change {
  readonly version: number
  readonly changedAt: string
  readonly actor: string | null
  readonly removed: boolean
}

export interface Changes {
  readonly changes: readonly Change[]
  readonly next: string | undefined
}

type Named = { readonly name: string } | { readonly dcname: string }

/** The configs of the function that the page came from. */
export class Configs {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  /** @param address as configs?prefix=a or search?metadata.a=1 */
  async list(address: string, signal: AbortSignal): Promise<Names> {
    const { text, next } = await this.#client.ask(address, { signal })
    return { names: (JSON.parse(text) as Named[]).map(nameOf), next }
  }

  /** Some documents, to know what can be searched for. */
  async some(): Promise<readonly { readonly metadata: unknown }[]> {
    const { text } = await this.#client.ask('configs?limit=50')
    return JSON.parse(text)
  }

  async read(name: string): Promise<Stored> {
    return storedOf(await this.#client.ask(pathOf(name)))
  }

  /** @param key by which the function knows the same request again, when its answer was lost */
  async create(text: string, key: string): Promise<Stored> {
    const headers = { 'idempotency-key': key }
    return storedOf(await this.#client.ask('configs', { method: 'POST', body: text, headers }))
  }

  /** @param version that it shall replace; undefined where there shall be none */
  async replace(name: string, text: string, version: string | undefined): Promise<Stored> {
    return storedOf(await this.#client.ask(pathOf(name), { method: 'PUT', body: text, headers: conditionOf(version) }))
  }

  async remove(name: string, version: string): Promise<void> {
    await this.#client.ask(pathOf(name), { method: 'DELETE', headers: conditionOf(version) })
  }

  async changes(name: string, next?: string): Promise<Changes> {
    const answer = await this.#client.ask(`${pathOf(name)}/versions${next === undefined ? '' : `?${next}`}`)
    return { changes: JSON.parse(answer.text), next: answer.next }
  }

  async readVersion(name: string, version: string): Promise<Stored> {
    return storedOf(await this.#client.ask(`${pathOf(name)}/versions/${version}`))
  }

  /** @returns a JSON Patch */
  async diff(name: string, from: string, to: string): Promise<string> {
    return (await this.#client.ask(`${pathOf(name)}/diff?from=${from}&to=${to}`)).text
  }

  /** @param current the version that there is; undefined where the config was removed */
  async restore(name: string, version: string, current: string | undefined): Promise<Stored> {
    const path = `${pathOf(name)}/versions/${version}/restore`
    return storedOf(await this.#client.ask(path, { method: 'POST', headers: conditionOf(current) }))
  }
}

function pathOf(name: string): string {
  return `configs/${encodeURIComponent(name)}`
}

function conditionOf(version: string | undefined): Record<string, string> {
  return version === undefined ? { 'if-none-match': '*' } : { 'if-match': `"${version}"` }
}

function storedOf({ text, etag }: Answer): Stored {
  return { name: nameOf(JSON.parse(text)), text, version: etag.replaceAll('"', '') }
}

function nameOf(document: Named): string {
  return 'name' in document ? document.name : document.dcname
}
