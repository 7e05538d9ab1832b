import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

import { Prometheus } from '../../../bundle/testing/prometheus.ts'
import { Namespace } from '../../../knative/testing/namespace.ts'
import { imageOf } from '../../../knative/testing/quartet.ts'
import { restricted } from '../../../knative/testing/restricted.ts'
import { TestService } from '../../../knative/testing/service.ts'
import { Event, KnativeService } from '../../cluster/objects.ts'
import { Kubectl } from '../../cluster/kubectl.ts'
import { freePort } from '../../local/free-port.ts'
import { QuartetProcess, type Outcome } from '../../testing/quartet-process.ts'
import { stateAnnotation } from '../state.ts'

const service = 'predict'

/** Settings by which a test is short: the series are scraped each second. */
const brief = [
  ['--interval', '2s'],
  ['--count', '2'],
  ['--initial-delay', '6s'],
  ['--window', '6s'],
  ['--minimum-requests', '4'],
  ['--data-timeout', '15s'],
  ['--keep', '2s'],
].flat()

/** The function predict on a cluster, as it can be made worse, and a Prometheus that watches it. */
export class Stage {
  readonly predict: TestService
  readonly #namespace: Namespace
  readonly #prometheus: Prometheus
  readonly #env: Readonly<Record<string, string>>
  readonly #series: string

  private constructor(predict: TestService, namespace: Namespace, prometheus: Prometheus, series: string) {
    this.predict = predict
    this.#namespace = namespace
    this.#prometheus = prometheus
    this.#series = series
    // kubectl keeps a cache at home.
    this.#env = { KUBECONFIG: process.env['KUBECONFIG'] ?? '', HOME: homedir() }
  }

  static async set(): Promise<Stage> {
    const namespace = await Namespace.create('rollout')
    await namespace.apply(faults(), predictService(imageOf(service)))
    const prometheus = await Prometheus.configured(await freePort(), configurationFor(namespace.name))
    return new Stage(await TestService.ready(namespace, service), namespace, prometheus, await seriesOfCluster())
  }

  async strike(): Promise<void> {
    await this.#prometheus.stop()
    await this.#namespace.remove()
  }

  /** Begins `quartet rollout predict`. */
  begin(...argv: readonly string[]): QuartetProcess {
    const where = ['--prometheus', this.#prometheus.url, '--series', this.#series]
    return this.command('rollout', service, ...where, ...brief, ...argv)
  }

  /** Runs it to its end. */
  rollout(...argv: readonly string[]): Promise<Outcome> {
    return this.begin(...argv).outcome()
  }

  command(...argv: readonly string[]): QuartetProcess {
    const where = ['--namespace', this.#namespace.name]
    return new QuartetProcess([...argv, ...where], { cwd: process.cwd(), env: this.#env })
  }

  async traffic(): Promise<
    readonly { revisionName?: string | undefined; percent: number; tag?: string | undefined }[]
  > {
    const { spec } = await this.#namespace.kubectl.json(
      ['get', `services.serving.knative.dev/${service}`],
      KnativeService,
    )
    return spec.traffic.map(({ revisionName, percent, tag }) => ({ revisionName, percent, tag }))
  }

  /** Waits until the state of a rollout has this text, which is gone again soon. */
  async reaches(text: string): Promise<void> {
    const argv = [`services.serving.knative.dev/${service}`]
    for await (const { object } of this.#namespace.kubectl.watch(argv, KnativeService)) {
      if (object.metadata.annotations[stateAnnotation]?.includes(text)) return
    }
    throw new Error(`The watch ended before the rollout was at ${text}.`)
  }

  /** What the Events of the Service say of rollouts. */
  async events(): Promise<string[]> {
    const events = await this.#namespace.kubectl.list(['events'], Event)
    const ours = events.filter(({ reason }) => reason.startsWith('Rollout'))
    return ours.map(({ reason, message }) => `${reason}: ${message}`)
  }

  /** Objects that are there for a rollout alone. */
  async remains(): Promise<string> {
    return this.#namespace.kubectl.run(['get', 'jobs', '--output=name'])
  }
}

/** The queue-proxies count where the cluster is told so, for all its functions; the gateway of Kourier always does. */
async function seriesOfCluster(): Promise<string> {
  const path = 'jsonpath={.data.request-metrics-protocol}'
  const argv = ['get', 'configmap/config-observability', '--namespace=knative-serving', `--output=${path}`]
  return (await new Kubectl().run(argv)) === 'prometheus' ? 'queue-proxy' : 'kourier'
}

function discovery(namespace: string): object[] {
  return [{ role: 'pod', kubeconfig_file: process.env['KUBECONFIG'], namespaces: { names: [namespace] } }]
}

function configurationFor(namespace: string): string {
  const jobs = [
    {
      job_name: 'queue-proxy',
      kubernetes_sd_configs: discovery(namespace),
      relabel_configs: [
        { source_labels: ['__meta_kubernetes_pod_container_port_name'], regex: 'http-usermetric', action: 'keep' },
      ],
    },
    {
      job_name: 'kourier',
      metrics_path: '/stats/prometheus',
      kubernetes_sd_configs: discovery('kourier-system'),
      relabel_configs: [
        { source_labels: ['__meta_kubernetes_pod_label_app'], regex: '3scale-kourier-gateway', action: 'keep' },
        { source_labels: ['__meta_kubernetes_pod_ip'], target_label: '__address__', replacement: '${1}:9000' },
      ],
    },
  ]
  // JSON is YAML.
  return JSON.stringify({ global: { scrape_interval: '1s', scrape_timeout: '1s' }, scrape_configs: jobs })
}

function faults(): object {
  const source = readFileSync(join(import.meta.dirname, 'fault.cjs'), 'utf8')
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'fault' }, data: { 'fault.cjs': source } }
}

function predictService(image: string): object {
  // A queue-proxy asks for more than the small cluster of a test has for the pods of three revisions.
  const annotations = {
    'autoscaling.knative.dev/window': '60s',
    'queue.sidecar.serving.knative.dev/cpu-resource-request': '5m',
  }
  const container = {
    image,
    ports: [{ containerPort: 8080 }],
    env: [{ name: 'NODE_OPTIONS', value: '--require /fault/fault.cjs' }],
    resources: { requests: { cpu: '10m', memory: '64Mi' } },
    volumeMounts: [{ name: 'fault', mountPath: '/fault', readOnly: true }],
    securityContext: restricted,
  }
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: service },
    spec: {
      template: {
        metadata: { annotations },
        spec: { containers: [container], volumes: [{ name: 'fault', configMap: { name: 'fault' } }] },
      },
    },
  }
}
