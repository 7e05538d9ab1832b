import type { Dashboard } from './dashboard.ts'

const scope = 'namespace="$namespace",function="$function",revision=~"$revision"'
/** Leaves out what Kubernetes asks of a pod by itself. */
const asked = `${scope},route!~"/(healthz|livez|readyz)"`
const quantiles = [0.5, 0.95, 0.99]

/** One function, by route and by revision. */
export const one: Dashboard = {
  name: 'function',
  title: 'Quartet: one function',
  description: 'Requests of one function by route, status and revision, and what the function itself counts.',
  variables: [
    { name: 'namespace', of: 'kn_revision_pods_desired' },
    { name: 'function', of: 'kn_revision_pods_desired{namespace="$namespace"}' },
    { name: 'revision', of: 'kn_revision_pods_desired{namespace="$namespace",function="$function"}', isMany: true },
  ],
  rows: [
    {
      title: 'Requests',
      panels: [
        {
          title: 'By route',
          unit: 'reqps',
          queries: [
            {
              expression: `sum by (method, route) (rate(http_requests_total{${asked}}[$__rate_interval]))`,
              legend: '{{method}} {{route}}',
            },
          ],
        },
        {
          title: 'By status',
          unit: 'reqps',
          queries: [
            { expression: `sum by (code) (rate(http_requests_total{${asked}}[$__rate_interval]))`, legend: '{{code}}' },
          ],
        },
        {
          title: 'By revision',
          unit: 'reqps',
          queries: [
            {
              expression: `sum by (revision) (rate(http_requests_total{${asked}}[$__rate_interval]))`,
              legend: '{{revision}}',
            },
          ],
        },
        {
          title: 'Latency',
          unit: 's',
          queries: quantiles.map((quantile) => ({
            expression: `histogram_quantile(${quantile}, sum by (le) (rate(http_request_duration_seconds_bucket{${asked}}[$__rate_interval])))`,
            legend: `${quantile * 100} %`,
          })),
        },
        {
          title: 'Latency by route',
          description: 'One in twenty requests takes longer.',
          unit: 's',
          queries: [
            {
              expression: `histogram_quantile(0.95, sum by (method, route, le) (rate(http_request_duration_seconds_bucket{${asked}}[$__rate_interval])))`,
              legend: '{{method}} {{route}}',
            },
          ],
        },
        {
          title: 'Latency by revision, at the pods',
          description: 'One in twenty requests takes longer.',
          unit: 's',
          queries: [
            {
              expression: `histogram_quantile(0.95, sum by (revision, le) (rate(http_server_request_duration_seconds_bucket{job="quartet-queue-proxies",${scope}}[$__rate_interval])))`,
              legend: '{{revision}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Pods',
      panels: [
        {
          title: 'Pods by revision',
          unit: 'short',
          queries: [{ expression: `sum by (revision) (kn_revision_pods_count{${scope}})`, legend: '{{revision}}' }],
        },
        {
          title: 'Processes that tell what they count',
          unit: 'short',
          queries: [{ expression: `sum by (revision) (function_processes{${scope}})`, legend: '{{revision}}' }],
        },
        {
          title: 'Errors, and what is left of the budget',
          description: 'The share of requests that were answered with 5xx, and what three days have left of the 0.5 %.',
          unit: 'percentunit',
          queries: [
            {
              expression: 'function:http_request_errors:ratio_rate5m{namespace="$namespace",function="$function"}',
              legend: 'errors',
            },
            {
              expression:
                'clamp_min(1 - function:http_request_errors:ratio_rate3d{namespace="$namespace",function="$function"} / 0.005, 0)',
              legend: 'left',
            },
          ],
        },
      ],
    },
    {
      title: 'predict',
      panels: [
        {
          title: 'Images in a run of the model',
          unit: 'short',
          queries: [
            {
              expression:
                'sum by (version) (rate(predict_batch_size_sum{namespace="$namespace"}[$__rate_interval])) / sum by (version) (rate(predict_batch_size_count{namespace="$namespace"}[$__rate_interval]))',
              legend: '{{version}}',
            },
          ],
        },
        {
          title: 'Time in the queue and in the model',
          description: 'One in twenty takes longer.',
          unit: 's',
          queries: ['queue', 'inference'].map((part) => ({
            expression: `histogram_quantile(0.95, sum by (le) (rate(predict_${part}_seconds_bucket{namespace="$namespace"}[$__rate_interval])))`,
            legend: part,
          })),
        },
        {
          title: 'Without an inference',
          unit: 'reqps',
          queries: [
            {
              expression: 'sum by (reason) (rate(predict_rejections_total{namespace="$namespace"}[$__rate_interval]))',
              legend: '{{reason}}',
            },
          ],
        },
      ],
    },
  ],
}
