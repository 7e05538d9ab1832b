import type { Command } from 'commander'

import type { ClusterOptions } from './kubectl.ts'

/** The namespace that the overlays name. */
export const defaultNamespace = 'quartet'

/** Gives a command the options that say which cluster, as kubectl has them. */
export function withClusterOptions(command: Command): Command {
  return command
    .option('-n, --namespace <name>', `the namespace (default: "${defaultNamespace}")`)
    .option('--kubeconfig <file>', 'instead of KUBECONFIG')
    .option('--context <name>', 'of the kubeconfig')
}

/** Of a command's options, those that say which cluster. */
export function clusterOptions({ kubeconfig, context, namespace }: ClusterOptions): ClusterOptions {
  return {
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
    ...(namespace !== undefined && { namespace }),
  }
}
