import type { Kubectl } from '../../../scripts/cluster/kubectl.ts'
import { KnativeService } from '../../../scripts/cluster/objects.ts'

/** Where functions answer; `{function}` stands for the name of each. */
export interface Addresses {
  readonly url: string
  readonly host?: string
}

/**
 * Where Knative Services of these names answer.
 * @param url of the ingress, where their own addresses lead nowhere from here
 * @throws ClusterError when one is not there
 */
export async function addressesOf(kubectl: Kubectl, functions: readonly string[], url?: string): Promise<Addresses> {
  const templates = await Promise.all(functions.map((name) => addressOf(kubectl, name)))
  const [template = ''] = templates
  if (templates.some((each) => each !== template)) {
    const told = templates.map((each, index) => each.replaceAll('{function}', functions[index] ?? '')).join(', ')
    throw new Error(`The addresses of the services differ in more than the name: ${told}. Give --url and --host.`)
  }
  return url === undefined
    ? { url: template }
    : { url, host: new URL(template.replace('{function}', '0')).host.replace(/^0/, '{function}') }
}

async function addressOf(kubectl: Kubectl, name: string): Promise<string> {
  const { status } = await kubectl.json(['get', 'services.serving.knative.dev', name], KnativeService)
  if (status.url !== undefined) return status.url.replace(`//${name}.`, '//{function}.')
  throw new Error(`The service ${name} has no address yet: \`kubectl get ksvc ${name}\` says why.`)
}
