import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { Scaling } from './scaling.ts'

export interface PodList {
  readonly url: string
  close(): Promise<void>
}

/** Tells k6 on this machine which pods there are, in the form of Kubernetes' API: a script cannot watch. */
export async function servePodList(scaling: Scaling): Promise<PodList> {
  const server = createServer((_, response) => {
    const pods = Object.values(scaling.sample()).reduce((sum, { existing }) => sum + existing, 0)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ kind: 'PodList', items: Array.from({ length: pods }, () => ({ kind: 'Pod' })) }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/pods`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
