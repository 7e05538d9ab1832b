import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import type { Environment } from '../../_runtime/settings/configuration.ts'
import type { HealthSettings } from '../schema.ts'

/** Where the Kubernetes API is, and what it is shown. */
export interface ApiAccess {
  readonly url: string
  readonly namespace: string
  readonly tokenFile?: string
  readonly authorityFile?: string
}

/**
 * Finds the Kubernetes API: where the settings say, or, in a pod that has a token of its service account, where
 * Kubernetes says. https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
 */
export function apiAccess(settings: HealthSettings['kubernetes'], env: Environment): ApiAccess | undefined {
  const { tokenFile, authorityFile, url = urlIn(env) } = settings
  const hasToken = existsSync(tokenFile)
  // A pod that has no token is not to ask.
  if (url === undefined || (settings.url === undefined && !hasToken)) return undefined
  return {
    url: url.replace(/\/$/, ''),
    namespace: settings.namespace ?? namespaceBeside(tokenFile) ?? 'default',
    // A proxy that adds credentials of its own needs none from here.
    ...(hasToken && { tokenFile }),
    ...(existsSync(authorityFile) && { authorityFile }),
  }
}

function urlIn({
  KUBERNETES_SERVICE_HOST: host,
  KUBERNETES_SERVICE_PORT: port = '443',
}: Environment): string | undefined {
  if (host === undefined || host === '') return undefined
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function namespaceBeside(tokenFile: string): string | undefined {
  const file = join(dirname(tokenFile), 'namespace')
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
}
