import type { Architecture } from './architecture.ts'
import type { Compression } from './compression.ts'
import { debianEntries } from './debian.ts'
import type { Entry } from './entry.ts'
import { layerOf, type Layer } from './layer.ts'
import { nodeEntries, nodePath } from './node-program.ts'
import type { ProcessConfig } from './oci.ts'

/** What images stand on: layers, and what they say of a process that runs on them. */
export interface Base {
  readonly name: string
  readonly layers: readonly Layer[]
  readonly config: ProcessConfig
}

export const user = 65_532

const file = (path: string, text: string): Entry => ({ kind: 'file', path, content: Buffer.from(text) })

/** The users and folders of distroless. */
const accounts: readonly Entry[] = [
  file(
    'etc/passwd',
    `root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\nnonroot:x:${user}:${user}:nonroot:/home/nonroot:/sbin/nologin\n`,
  ),
  file('etc/group', `root:x:0:\nnobody:x:65534:\ntty:x:5:\nstaff:x:50:\nnonroot:x:${user}:\n`),
  file('etc/nsswitch.conf', 'hosts: files dns\n'),
  { kind: 'folder', path: 'tmp', mode: 0o1777 },
  { kind: 'folder', path: 'root', mode: 0o700 },
  { kind: 'folder', path: 'home/nonroot', mode: 0o700, owner: user },
]

/** Composes the base as distroless composes it: Debian's packages without a shell, and Node. */
export async function composedBase(architecture: Architecture, compression: Compression): Promise<Base> {
  return {
    name: 'composed',
    layers: [
      await layerOf('Debian packages', [...accounts, ...(await debianEntries(architecture))], compression),
      await layerOf('Node', await nodeEntries(architecture), compression),
    ],
    config: {
      Env: ['PATH=/usr/local/bin:/usr/bin:/bin', 'SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt'],
      Entrypoint: [`/${nodePath}`],
    },
  }
}
