// Functions under functions-framework, each on a port of its own: `node framework-process.ts LIST`, where LIST is a
// module like functions/list.ts. Sends the ports to the parent process, and ends with it.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

import { http } from '@google-cloud/functions-framework'
import { getTestServer } from '@google-cloud/functions-framework/testing'

import type { QuartetFunction } from '../function/function.ts'
import { leaveRequestsToFunctions } from '../host/framework.ts'

interface List {
  readonly functions: Readonly<Record<string, () => Promise<QuartetFunction>>>
}

/** What the parent process is sent: ports by the name of the function. */
export type Ports = Readonly<Record<string, number>>

const { functions } = (await import(process.argv[2] ?? '')) as List
leaveRequestsToFunctions()

async function listen(name: string, load: () => Promise<QuartetFunction>): Promise<[string, number]> {
  http(name, await load())
  const server = getTestServer(name).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return [name, (server.address() as AddressInfo).port]
}

const ports = await Promise.all(Object.entries(functions).map(([name, load]) => listen(name, load)))
process.send?.(Object.fromEntries(ports) satisfies Ports)
process.once('disconnect', () => process.exit())
