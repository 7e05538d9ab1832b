import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { parse, stringify } from 'yaml'
import * as z from 'zod/mini'

import { Prometheus } from '../../../../bundle/testing/prometheus.ts'
import { Kubectl } from '../../../../scripts/cluster/kubectl.ts'

const folder = join(import.meta.dirname, '..')

const Job = z.looseObject({ job_name: z.string(), kubernetes_sd_configs: z.tuple([z.looseObject({})]) })
type Job = z.output<typeof Job>
const Configuration = z.looseObject({ scrape_configs: z.array(Job) })
const Gateways = z.object({ status: z.object({ podIP: z.string() }) })

/**
 * Starts a Prometheus on this machine that scrapes a cluster as prometheus.yaml says, only more often. This machine reaches
 * pods by their addresses.
 * @param port a free one
 * @param namespace where the functions are
 * @param alertmanager host and port of who is told of alerts
 */
export async function clusterPrometheus(port: number, namespace: string, alertmanager?: string): Promise<Prometheus> {
  const [gateway] = await new Kubectl({ namespace: 'kourier-system' }).list(
    ['pods', '--selector=app=3scale-kourier-gateway', '--field-selector=status.phase=Running'],
    Gateways,
  )
  if (!gateway) throw new Error('There is no pod of Kourier.')
  // Where a pod finds what is called NAME.NAMESPACE.svc.
  const inside = `http://${gateway.status.podIP}:8081`
  const { scrape_configs: jobs, ...rest } = Configuration.parse(parse(inNamespace(namespace)))
  return Prometheus.configured(
    port,
    stringify({
      ...rest,
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [join(folder, 'rules.yaml')],
      alerting: {
        alertmanagers: [{ static_configs: [{ targets: alertmanager === undefined ? [] : [alertmanager] }] }],
      },
      scrape_configs: jobs.map((job) => fromHere(job, inside)),
    }),
  )
}

function fromHere(job: Job, inside: string): object {
  const [discovery] = job.kubernetes_sd_configs
  return {
    ...job,
    scrape_interval: '1s',
    scrape_timeout: '1s',
    proxy_url: job.job_name === 'quartet-metrics' ? inside : null,
    kubernetes_sd_configs: [{ ...discovery, kubeconfig_file: process.env['KUBECONFIG'] }],
  }
}

/** The configuration, with the namespace changed where the README says that it stands. */
function inNamespace(namespace: string): string {
  return readFileSync(join(folder, 'prometheus.yaml'), 'utf8')
    .replaceAll('names: [quartet]', `names: [${namespace}]`)
    .replaceAll("'|quartet'", `'|${namespace}'`)
}
