import { lookup } from 'node:dns/promises'
import { request } from 'node:http'

import * as z from 'zod/mini'

import { ClusterError } from '../cluster/cluster-error.ts'
import type { Kubectl } from '../cluster/kubectl.ts'

/** How requests come to the functions from here. */
export interface Ingress {
  /** Such as `127.0.0.1:8080`; undefined where the names of the services lead to it by themselves. */
  readonly address?: string
  /** A command that has to run for it. */
  readonly first?: string
}

const LoadBalanced = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  status: z.object({
    loadBalancer: z._default(
      z.object({
        ingress: z._default(z.array(z.object({ ip: z.optional(z.string()), hostname: z.optional(z.string()) })), []),
      }),
      { ingress: [] },
    ),
  }),
})

/** The Services through which the ingresses that Knative knows are reached. */
const entrances: ReadonlySet<string> = new Set([
  'kourier-system/kourier',
  'istio-system/istio-ingressgateway',
  'contour-external/envoy',
])

/** Where the ports of an ingress are put on one's own machine: `kn quickstart`, minikube's tunnel, and a port-forward. */
const usualAddresses = ['127.0.0.1:80', '127.0.0.1:8080', '127.0.0.1:31080']

/** So long an ingress may take to say that it knows no such host. */
const probeMs = 1000

/**
 * Finds how requests come to the functions, without waking any.
 * @param url of one of them
 */
export async function findIngress(kubectl: Kubectl, url: string): Promise<Ingress> {
  if (await isKnown(new URL(url).hostname)) return {}
  const candidates = [...(await balancedAddresses(kubectl)), ...usualAddresses]
  const answers = await Promise.all(candidates.map(isIngress))
  const address = candidates.find((_, index) => answers[index])
  if (address !== undefined) return { address }
  return { address: '127.0.0.1:8080', first: 'kubectl --namespace kourier-system port-forward service/kourier 8080:80' }
}

async function isKnown(host: string): Promise<boolean> {
  try {
    await lookup(host)
    return true
  } catch {
    return false
  }
}

async function balancedAddresses(kubectl: Kubectl): Promise<string[]> {
  try {
    const services = await kubectl.list(['services', '--all-namespaces'], LoadBalanced)
    return services.flatMap(({ metadata, status }) => {
      if (!entrances.has(`${metadata.namespace}/${metadata.name}`)) return []
      return status.loadBalancer.ingress.flatMap(({ ip, hostname }) => ip ?? hostname ?? [])
    })
  } catch (error) {
    // Who may deploy to one namespace need not see the others.
    if (error instanceof ClusterError) return []
    throw error
  }
}

/** Whether an Envoy answers there, which all of these ingresses are. */
function isIngress(address: string): Promise<boolean> {
  return new Promise((tell) => {
    const asked = request(`http://${address}/`, {
      // Of no service, so that none is woken.
      headers: { host: 'nobody.invalid' },
      timeout: probeMs,
      agent: false,
    })
    asked.on('response', (response) => {
      response.destroy()
      tell(response.headers.server?.includes('envoy') ?? false)
    })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => tell(false))
    asked.end()
  })
}

/**
 * Makes a command that works of the example of a function.
 * @param example such as `curl $URL/configs`
 * @param url of its service
 */
export function curlLine(example: string, url: string, { address }: Ingress): string {
  if (address === undefined) return example.replaceAll('$URL', url)
  const { host, protocol } = new URL(url)
  if (protocol === 'https:') {
    // The certificate is asked for by name.
    return example.replace('curl ', `curl --connect-to ${host}:443:${address} `).replaceAll('$URL', url)
  }
  return example.replace('curl ', `curl -H 'Host: ${host}' `).replaceAll('$URL', `http://${address}`)
}
