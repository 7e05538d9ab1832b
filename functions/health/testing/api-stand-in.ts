import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Answer {
  readonly status: number
  readonly body: unknown
}

interface Deployed {
  readonly name: string
  readonly address?: string
  readonly wanted?: number
  readonly ready?: number
  readonly failure?: string
}

const namespace = 'shop'
const knative = `/apis/serving.knative.dev/v1/namespaces/${namespace}/services`
const autoscaling = `/apis/autoscaling.internal.knative.dev/v1alpha1/namespaces/${namespace}/podautoscalers`
const pods = `/api/v1/namespaces/${namespace}/pods?labelSelector=serving.knative.dev%2Fservice`

/**
 * Answers as the Kubernetes API does, and otherwise than it does, which a real one could not be made to.
 * The cluster suite asks a real one.
 */
export class ApiStandIn {
  readonly answers: Record<string, Answer> = {}
  readonly asked: { readonly path: string; readonly headers: IncomingHttpHeaders }[] = []
  readonly paths = { services: knative, autoscalers: autoscaling, pods }
  readonly #folder = mkdtempSync(join(tmpdir(), 'health-'))
  readonly #server = createServer(({ url: path = '', headers }, response) => {
    this.asked.push({ path, headers })
    const { status, body } = this.answers[path] ?? { status: 404, body: {} }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })

  async start(): Promise<void> {
    this.token = 'first'
    writeFileSync(join(this.#folder, 'namespace'), namespace)
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  set token(token: string) {
    writeFileSync(join(this.#folder, 'token'), `${token}\n`)
  }

  /** Settings with which the function asks here. */
  get settings(): Readonly<Record<string, string>> {
    const address = this.#server.address()
    const port = address !== null && typeof address === 'object' ? address.port : 0
    const tokenFile = join(this.#folder, 'token')
    return { url: `http://127.0.0.1:${port}`, tokenFile, authorityFile: join(this.#folder, 'ca.crt') }
  }

  /** Has these functions deployed, each with one revision. */
  deploy(...functions: readonly Deployed[]): void {
    this.answers[knative] = { status: 200, body: { items: functions.map(serviceOf) } }
    this.answers[autoscaling] = { status: 200, body: { items: functions.map(autoscalerOf) } }
    this.answers[pods] = { status: 200, body: { items: functions.flatMap(podsOf) } }
  }

  async stop(): Promise<void> {
    this.#server.close()
    await once(this.#server, 'close')
    rmSync(this.#folder, { recursive: true })
  }
}

const changedAt = '2026-11-21T10:00:00Z'

function serviceOf({ name, address }: Deployed): unknown {
  const traffic = [{ revisionName: `${name}-00001`, percent: 100 }]
  const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: changedAt }]
  return {
    metadata: { name },
    status: { conditions, traffic, ...(address !== undefined && { address: { url: address } }) },
  }
}

function autoscalerOf({ name, wanted = 0, ready = 0 }: Deployed): unknown {
  return { metadata: { name: `${name}-00001` }, status: { desiredScale: wanted, actualScale: ready } }
}

function podsOf({ name, failure }: Deployed): unknown[] {
  if (failure === undefined) return []
  const containers = [{ name: 'user-container', state: { waiting: { reason: failure } } }]
  const labels = { 'serving.knative.dev/revision': `${name}-00001` }
  return [{ metadata: { name: `${name}-00001-x`, labels }, status: { containerStatuses: containers } }]
}
