import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { Peer } from '../peer.ts'

const folder = join(import.meta.dirname, '../../../.quartet/bin')
const program = join(folder, 'podinfo')
// Of its main branch: its tags are not versions of its module.
const version = 'v1.8.1-0.20250910200901-e86405a8674e'

/** Go: the reference of small services for Kubernetes, as a static program. It answers `GET /healthz`. */
export const podinfo: Peer = {
  name: 'podinfo',
  tools: ['go'],
  build: () => {
    if (existsSync(program)) return
    const env = { ...process.env, GOBIN: folder, CGO_ENABLED: '0' }
    const argv = ['install', `github.com/stefanprodan/podinfo/cmd/podinfo@${version}`]
    execFileSync('go', argv, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  },
  command: ['sh', '-c', `exec ${program} --host "$HOST" --port "$PORT" --level error`],
}
