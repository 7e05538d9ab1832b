import { afterAll, beforeAll, expect, test } from 'vitest'

import { Namespace } from './testing/namespace.ts'
import { imageOf } from './testing/quartet.ts'
import { restricted } from './testing/restricted.ts'
import { TestService } from './testing/service.ts'

let namespace: Namespace

beforeAll(async () => {
  namespace = await Namespace.create('restricted')
})

afterAll(() => namespace.remove())

function pod(securityContext: object): string {
  const containers = [{ name: 'node', image: imageOf('health'), securityContext }]
  return JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod' }, spec: { containers } })
}

test.each([
  ['more privileges than its process', { ...restricted, allowPrivilegeEscalation: true }],
  ['root', { ...restricted, runAsNonRoot: false }],
  ['capabilities', { ...restricted, capabilities: { add: ['NET_ADMIN'] } }],
  ['every system call', { ...restricted, seccompProfile: { type: 'Unconfined' } }],
])('a pod that asks for %s is refused', async (_, securityContext) => {
  const refused = namespace.kubectl.run(['create', '--dry-run=server', '-f', '-'], { input: pod(securityContext) })
  await expect(refused).rejects.toThrow('violates PodSecurity "restricted:latest"')
})

test('a function is admitted, with what Knative puts beside it', async () => {
  const health = await TestService.deploy(namespace, { name: 'health', image: imageOf('health') })
  expect(await health.ask('/livez')).toMatchObject({ status: 200 })
})
