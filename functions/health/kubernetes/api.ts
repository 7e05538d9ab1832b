import { readFile } from 'node:fs/promises'
import * as z from 'zod/mini'

import { validate } from '../../_runtime/request/validate.ts'
import { fetchText } from '../fetch-text.ts'
import type { ApiAccess } from './access.ts'
import { NoAnswer } from './no-answer.ts'

/** A namespace of some hundred pods takes about a tenth of it. */
const mostBytes = 16_777_216
/** Of one that has to see to others first. */
const tooManyRequests = 429

/** The Kubernetes API, to read lists of objects from. */
export class KubernetesApi {
  readonly #access: ApiAccess
  readonly #timeoutMs: number

  constructor(access: ApiAccess, timeoutMs: number) {
    this.#access = access
    this.#timeoutMs = timeoutMs
  }

  /**
   * Lists the objects of a kind in the namespace.
   * @param group such as `apis/serving.knative.dev/v1`
   * @param resource such as `services`
   * @throws Error whose message says to an operator what is wrong; NoAnswer where that may pass
   */
  async list<Item extends z.ZodMiniType>(
    group: string,
    resource: string,
    item: Item,
    selector = '',
  ): Promise<readonly z.output<Item>[]> {
    const { url, namespace, tokenFile, authorityFile } = this.#access
    const [token, authority] = await Promise.all([tokenFile && read(tokenFile), authorityFile && read(authorityFile)])
    const query = selector === '' ? '' : `?labelSelector=${encodeURIComponent(selector)}`
    const signal = AbortSignal.timeout(this.#timeoutMs)
    const answer = await fetchText(`${url}/${group}/namespaces/${namespace}/${resource}${query}`, {
      signal,
      mostBytes,
      ...(token && { headers: { authorization: `Bearer ${token}` } }),
      authority,
    }).catch((error: unknown) => {
      throw new NoAnswer(signal.aborted ? 'The Kubernetes API does not answer in time.' : unreachable(error), {
        cause: error,
      })
    })
    const { status } = answer
    const isBusy = status === tooManyRequests || status >= 500
    if (isBusy) throw new NoAnswer(`The Kubernetes API answers ${status} where its ${resource} are asked for.`)
    if (status !== 200) throw new Error(refusal(status, resource, namespace))
    const result = validate(z.object({ items: z.array(item) }), jsonIn(answer.text))
    if (!result.success) throw new Error(`The Kubernetes API answers ${resource} of a form that is not known here.`)
    return result.value.items
  }
}

/** @returns undefined when it is no JSON */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function read(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    throw new Error(`${file} cannot be read, which the Kubernetes API wants to be shown.`, { cause: error })
  }
}

function unreachable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  return `The Kubernetes API does not answer${code === undefined ? '' : `: ${code}`}.`
}

function refusal(status: number, resource: string, namespace: string): string {
  if (status === 401) return 'The Kubernetes API does not know the token of this function (401).'
  if (status === 403) {
    return `The service account of this function may not list ${resource} in namespace ${namespace} (403): it needs a role that lets it.`
  }
  if (status === 404) return `The Kubernetes API has no ${resource} (404): Knative Serving is not installed.`
  return `The Kubernetes API answers ${status} where its ${resource} are asked for.`
}
