import { sleep } from 'k6'
import http from 'k6/http'

import { durationSeconds } from './settings.ts'

/**
 * Where the list of the function's pods is to be had, as Kubernetes' API gives it: `quartet bench` says it. By hand,
 * `kubectl proxy` has it: http://localhost:8001/api/v1/namespaces/NAMESPACE/pods?labelSelector=serving.knative.dev/service=NAME
 */
const podsUrl = __ENV['PODS']
const usualSeconds = 120
const pollSeconds = 0.5

/**
 * Waits until the last pod is gone, or, where nobody tells, DURATION. Then a random second or two: the kubelet looks for
 * started containers once a second, and who always waits as long falls in step with it.
 */
export function waitForZero(): void {
  if (podsUrl === undefined) sleep(durationSeconds(usualSeconds))
  else while (podsAt(podsUrl) > 0) sleep(pollSeconds)
  sleep(1 + Math.random())
}

/** Without the tag that tells the answers of functions from others; and whatever it says is no failure of theirs. */
function podsAt(address: string): number {
  const answer = http.get(address, {
    responseType: 'text',
    responseCallback: http.expectedStatuses({ min: 100, max: 599 }),
  })
  const pods = answer.status === 200 ? answer.json('items.#') : undefined
  if (typeof pods === 'number') return pods
  throw new Error(`PODS=${address} does not give a list of pods: ${answer.status} ${answer.error || answer.body}`)
}
