import type { Kubectl } from '../../../scripts/cluster/kubectl.ts'
import { findIngress } from '../../../scripts/deploy/ingress.ts'
import { KnativeService } from '../../../scripts/cluster/objects.ts'

/** Where functions answer; `{function}` stands for the name of each. */
export interface Addresses {
  readonly url: string
  readonly host?: string
}

/**
 * Where Knative Services of these names answer.
 * @param url of the ingress; it is looked for where it is not said
 * @throws ClusterError when one is not there
 */
export async function addressesOf(kubectl: Kubectl, functions: readonly string[], url?: string): Promise<Addresses> {
  const templates = await Promise.all(functions.map((name) => addressOf(kubectl, name)))
  const [template = ''] = templates
  if (templates.some((each) => each !== template)) {
    const told = templates.map((each, index) => each.replaceAll('{function}', functions[index] ?? '')).join(', ')
    throw new Error(`The addresses of the services differ in more than the name: ${told}. Give --url and --host.`)
  }
  const entrance = url ?? (await entranceOf(kubectl, template.replaceAll('{function}', functions[0] ?? '')))
  const host = template.replace(/^https?:\/\//, '')
  return entrance === undefined ? { url: template } : { url: entrance, host }
}

/** @returns undefined where the names of services lead to them */
async function entranceOf(kubectl: Kubectl, url: string): Promise<string | undefined> {
  const { address, first } = await findIngress(kubectl, url)
  if (first !== undefined) throw new Error(`No ingress answers at ${address}: give --url, or run this first: ${first}`)
  return address && `http://${address}`
}

async function addressOf(kubectl: Kubectl, name: string): Promise<string> {
  const { status } = await kubectl.json(['get', 'services.serving.knative.dev', name], KnativeService)
  if (status.url !== undefined) return status.url.replace(`//${name}.`, '//{function}.')
  throw new Error(`The service ${name} has no address yet: \`kubectl get ksvc ${name}\` says why.`)
}
