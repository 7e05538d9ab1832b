import type { AnalysisPlan } from '../plan.ts'

/** PromQL of what is measured by default. */
interface Queries {
  /** Requests in the window. */
  readonly requests: string
  readonly byMetric: Readonly<Record<string, string>>
}

interface Series {
  /** A counter of requests of the revision, per second over the window. */
  readonly rate: string
  readonly increase: string
  /** The same of those that were answered 5xx. */
  readonly errors: string
  /** 95 of 100 were answered within this, in seconds. */
  readonly p95: string
}

/**
 * What the queue-proxies of Knative 1.18 and later count: pkg/queue/request_metric.go of knative.dev/serving. The revision
 * is a label of target_info, so no relabeling is needed, only that Prometheus scrapes port 9091 of the pods.
 */
const ofRevision =
  '* on (job, instance) group_left () target_info{kn_revision_name="{{revision}}",k8s_namespace_name="{{namespace}}"}'
const invocations = 'kn_serving_invocation_duration_seconds'
const queueProxy: Series = {
  rate: `sum(rate(${invocations}_count[{{window}}]) ${ofRevision})`,
  increase: `sum(increase(${invocations}_count[{{window}}]) ${ofRevision})`,
  errors: `sum(rate(${invocations}_count{http_response_status_code=~"5.."}[{{window}}]) ${ofRevision})`,
  p95: `histogram_quantile(0.95, sum by (le) (rate(${invocations}_bucket[{{window}}]) ${ofRevision}))`,
}

/** What the gateway of Kourier counts: an Envoy, whose clusters are revisions. Times are milliseconds there. */
const cluster = 'envoy_cluster_name="{{namespace}}/{{revision}}"'
const kourier: Series = {
  rate: `sum(rate(envoy_cluster_upstream_rq_xx{${cluster}}[{{window}}]))`,
  increase: `sum(increase(envoy_cluster_upstream_rq_xx{${cluster}}[{{window}}]))`,
  errors: `sum(rate(envoy_cluster_upstream_rq_xx{${cluster},envoy_response_code_class="5"}[{{window}}]))`,
  p95: `histogram_quantile(0.95, sum by (le) (rate(envoy_cluster_upstream_rq_time_bucket{${cluster}}[{{window}}]))) / 1000`,
}

const bySeries: Readonly<Record<AnalysisPlan['series'], Queries>> = {
  'queue-proxy': queriesOf(queueProxy),
  kourier: queriesOf(kourier),
}

export function queriesFor(series: AnalysisPlan['series']): Queries {
  return bySeries[series]
}

/** Fills in a query. What is not known stays, and Prometheus says that it does not understand it. */
export function filledIn(query: string, texts: Readonly<Record<string, string>>): string {
  return query.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => texts[name] ?? whole)
}

function queriesOf({ rate, increase, errors, p95 }: Series): Queries {
  // Nobody has counted a 5xx before there was one.
  const share = `(${errors} or vector(0)) / ${rate}`
  return { requests: increase, byMetric: { 'success-rate': `1 - ${share}`, 'error-rate': share, p95 } }
}
