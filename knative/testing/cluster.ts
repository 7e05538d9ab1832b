import { Kubectl } from '../../scripts/cluster/kubectl.ts'
import { isOnPath } from '../../scripts/on-path.ts'

/**
 * Makes sure of the cluster before anything is built for it.
 * @throws Error that says what is missing
 */
export async function requireCluster(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  // What kubectl finds by itself may be somebody's production.
  if (!env['KUBECONFIG']) {
    throw new Error('KUBECONFIG is not set. The suite makes and removes namespaces, and wants to be told where.')
  }
  for (const program of ['kubectl', 'kn'])
    if (!isOnPath(program)) throw new Error(`There is no ${program} on the PATH.`)
  await new Kubectl().run(['get', 'services.serving.knative.dev', '--namespace=default', '--request-timeout=20s'])
}
