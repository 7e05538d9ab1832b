import type { Pod } from '../../scripts/cluster/objects.ts'
import { Namespace } from './namespace.ts'
import { imageOf } from './quartet.ts'

/**
 * Kills the process of a function as the kernel does that is out of memory. A process cannot be killed so from within its
 * container, where it is the first; a pod that sees the processes of its node can, and Pod Security admits it where nothing
 * is enforced.
 */
export class Killer {
  readonly #namespace: Namespace

  private constructor(namespace: Namespace) {
    this.#namespace = namespace
  }

  static async create(): Promise<Killer> {
    return new Killer(await Namespace.create('killer', 'privileged'))
  }

  /** Kills it, and returns when that is done. */
  async kill(pod: Pod): Promise<void> {
    const name = `kill-${pod.metadata.name}`.slice(0, 60)
    await this.#namespace.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: {
        hostPID: true,
        restartPolicy: 'Never',
        containers: [
          {
            name: 'kill',
            image: imageOf('health'),
            command: ['/nodejs/bin/node', '--eval', script],
            env: [{ name: 'POD_UID', value: pod.metadata.uid }],
            securityContext: { runAsUser: 0 },
          },
        ],
      },
    })
    await this.#namespace.kubectl.run([
      'wait',
      `pod/${name}`,
      '--for=jsonpath={.status.phase}=Succeeded',
      '--timeout=60s',
    ])
    await this.#namespace.kubectl.delete([`pod/${name}`, '--wait=false'])
  }

  async remove(): Promise<void> {
    await this.#namespace.remove()
  }
}

/** A control group has the pod's id in its name, with underscores where systemd made it. */
const script = `
const { readdirSync, readFileSync } = require('node:fs')
const uid = new RegExp(process.env.POD_UID.replaceAll('-', '[-_]'))
const found = readdirSync('/proc').filter((pid) => {
  try {
    const [group, command] = ['cgroup', 'cmdline'].map((name) => readFileSync('/proc/' + pid + '/' + name, 'utf8'))
    return uid.test(group) && command.includes('/function/index.js')
  } catch {
    return false
  }
})
if (found.length !== 1) throw new Error('Found ' + found.length + ' processes.')
process.kill(Number(found[0]), 'SIGKILL')
`
