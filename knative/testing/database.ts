import type { Namespace } from './namespace.ts'
import { PortForward } from './port-forward.ts'
import { restricted } from './restricted.ts'

const password = 'quartet'
const data = '/var/lib/postgresql/data'
const port = 5432

/** A PostgreSQL in a namespace, as pods reach it, and this machine too. It forgets all when its pod ends. */
export class ClusterDatabase {
  /** For pods, of any namespace. */
  readonly url: string
  readonly #namespace: Namespace

  private constructor(namespace: Namespace) {
    this.#namespace = namespace
    this.url = urlAt(`postgres.${namespace.name}.svc.cluster.local:${port}`)
  }

  static async start(namespace: Namespace, image: string): Promise<ClusterDatabase> {
    await namespace.apply(...objects(image))
    await namespace.kubectl.run(['wait', 'pod/postgres', '--for=condition=Ready', '--timeout=120s'])
    return new ClusterDatabase(namespace)
  }

  /** Lets this machine reach it. */
  async open(): Promise<{ readonly url: string; close(): void }> {
    const forward = await PortForward.open(this.#namespace, 'pod/postgres', port)
    return { url: urlAt(forward.address), close: () => forward.close() }
  }
}

function urlAt(address: string): string {
  return `postgres://quartet:${password}@${address}/quartet`
}

function objects(image: string): object[] {
  const labels = { app: 'postgres' }
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'postgres' },
      spec: { selector: labels, ports: [{ port }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'postgres', labels },
      spec: {
        containers: [
          {
            name: 'postgres',
            image,
            env: [
              { name: 'POSTGRES_USER', value: 'quartet' },
              { name: 'POSTGRES_PASSWORD', value: password },
              { name: 'PGDATA', value: `${data}/pgdata` },
            ],
            readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
            resources: { requests: { cpu: '20m', memory: '64Mi' } },
            volumeMounts: [{ name: 'data', mountPath: data }],
            securityContext: restricted,
          },
        ],
        volumes: [{ name: 'data', emptyDir: {} }],
      },
    },
  ]
}
