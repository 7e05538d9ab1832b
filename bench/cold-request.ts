import { setTimeout } from 'node:timers/promises'

import * as z from 'zod/mini'

import { Pod, serviceLabel } from '../scripts/cluster/objects.ts'
import type { Question } from '../knative/testing/gateway.ts'
import type { TestService } from '../knative/testing/service.ts'

/** What a request from zero waits for, in turn. */
export const coldPhases = [
  { name: 'pod created', color: '#9aa5b1' },
  { name: 'process started', color: '#5d7183' },
  { name: 'listening', color: '#2f6f4f' },
  { name: 'request received', color: '#c28e2c' },
  { name: 'answered', color: '#31598c' },
] as const

export interface ColdRequest {
  readonly ms: number
  /** Milliseconds of each phase. */
  readonly phases: readonly number[]
}

const Line = z.object({
  time: z.number(),
  msg: z.string(),
  sinceSpawnMs: z._default(z.number(), 0),
  durationMs: z._default(z.number(), 0),
})
type Line = z.output<typeof Line>

/**
 * Asks a service that is at zero, a random moment after its last pod is gone: the kubelet looks for what has started once a
 * second, and a wait that is always as long falls in step with it.
 * @throws Error when the answer is not 200
 */
export async function coldRequest(
  service: TestService,
  { path, ...question }: Question & { path: string },
): Promise<ColdRequest> {
  await service.gone()
  const watching = new AbortController()
  const pod = firstPod(service, watching.signal)
  try {
    await setTimeout(1000 + Math.random() * 1000)
    const sentAt = now()
    const { status, body } = await service.ask(path, question)
    const answeredAt = now()
    if (status !== 200) throw new Error(`${service.name} answers ${status}: ${body.slice(0, 200)}`)
    const { name, seenAt } = await pod
    const { listening, request } = await stamps(service, name)
    const ends = [
      seenAt,
      listening.time - listening.sinceSpawnMs,
      listening.time,
      request.time - request.durationMs,
      answeredAt,
    ].map((at) => at - sentAt)
    return { ms: answeredAt - sentAt, phases: ends.map((end, index) => Math.max(0, end - (ends[index - 1] ?? 0))) }
  } finally {
    watching.abort()
    await pod.catch(() => undefined)
  }
}

/** When a pod of it is first heard of. The API's own stamps are of whole seconds. */
async function firstPod(service: TestService, signal: AbortSignal): Promise<{ name: string; seenAt: number }> {
  const pods = service.namespace.kubectl.watch(['pods', '--selector', `${serviceLabel}=${service.name}`], Pod, signal)
  for await (const { object } of pods) return { name: object.metadata.name, seenAt: now() }
  throw new Error(`${service.name} got no pod.`)
}

/** What the process has logged of its start and its first request; lines wait a moment before they are written. */
async function stamps(service: TestService, pod: string): Promise<{ listening: Line; request: Line }> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const log = await service.namespace.kubectl.logs(pod, { container: 'user-container' })
    const lines = log.trim().split('\n').map(lineOf)
    const listening = lines.find((line) => line?.msg === 'listening')
    const request = lines.find((line) => line?.msg === 'request')
    if (listening && request) return { listening, request }
    await setTimeout(100)
  }
  throw new Error(`${pod} has not logged that it listens and was asked.`)
}

function lineOf(text: string): Line | undefined {
  const read = text.startsWith('{') ? z.safeParse(Line, JSON.parse(text)) : undefined
  return read?.success ? read.data : undefined
}

function now(): number {
  return performance.timeOrigin + performance.now()
}
