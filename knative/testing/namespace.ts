import { randomBytes } from 'node:crypto'

import { Kubectl } from '../../scripts/cluster/kubectl.ts'

/** A namespace of a test's own, which admits only what holds Pod Security "restricted". */
export class Namespace {
  readonly name: string
  readonly kubectl: Kubectl

  private constructor(name: string) {
    this.name = name
    this.kubectl = new Kubectl({ namespace: name })
  }

  /** @param level of Pod Security that is enforced */
  static async create(purpose: string, level: 'restricted' | 'privileged' = 'restricted'): Promise<Namespace> {
    const name = `suite-${purpose}-${randomBytes(3).toString('hex')}`
    const labels = { 'pod-security.kubernetes.io/enforce': level }
    await new Kubectl().apply(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }))
    return new Namespace(name)
  }

  /** Applies objects, which say no namespace of their own. */
  async apply(...items: readonly object[]): Promise<void> {
    await this.kubectl.apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
  }

  /** Removes it with all that is in it, and does not wait until its pods have ended: nobody else has its name. */
  async remove(): Promise<void> {
    await new Kubectl().delete(['namespace', this.name, '--wait=false'])
  }
}
