import type { Dashboard } from './dashboard.ts'
import { sinceAnHour } from './since-an-hour.ts'

/** Leaves out what Kubernetes asks of a pod by itself. */
const asked = 'namespace="$namespace",route!~"/(healthz|livez|readyz)"'

const starts = 'function_ready_seconds_count{namespace="$namespace"}'

/** What users see of all functions, and what is wrong. */
export const overview: Dashboard = {
  name: 'overview',
  title: 'Quartet: overview',
  description: 'All functions: requests, errors, latency, pods, and what they depend on.',
  variables: [{ name: 'namespace', of: 'kn_revision_pods_desired' }],
  rows: [
    {
      title: 'Now',
      panels: [
        {
          title: 'Requests',
          unit: 'reqps',
          isNumber: true,
          queries: [{ expression: 'sum(function:http_requests:rate5m{namespace="$namespace"})', legend: 'requests' }],
        },
        {
          title: 'Errors',
          description: 'The share of requests that were answered with 5xx.',
          unit: 'percentunit',
          isNumber: true,
          queries: [
            {
              expression: `(sum(rate(http_requests_total{${asked},code=~"5.."}[5m])) or vector(0)) / sum(rate(http_requests_total{${asked}}[5m]))`,
              legend: 'errors',
            },
          ],
        },
        {
          title: 'Latency, slowest function',
          description: 'One in twenty requests takes longer.',
          unit: 's',
          isNumber: true,
          queries: [
            {
              expression: 'max(function:http_request_duration_seconds:p95_5m{namespace="$namespace"} >= 0)',
              legend: '95 %',
            },
          ],
        },
        {
          title: 'Pods',
          unit: 'short',
          isNumber: true,
          queries: [{ expression: 'sum(kn_revision_pods_count{namespace="$namespace"})', legend: 'ready' }],
        },
        {
          title: 'Waiting for a pod',
          description: 'Requests that the activator holds.',
          unit: 'short',
          isNumber: true,
          queries: [{ expression: 'sum(kn_revision_request_queued{namespace="$namespace"})', legend: 'requests' }],
        },
        {
          title: 'Alerts',
          unit: 'short',
          isNumber: true,
          queries: [
            {
              expression: 'count(ALERTS{alertstate="firing",namespace=~"$namespace|"}) or vector(0)',
              legend: 'firing',
            },
          ],
        },
      ],
    },
    {
      title: 'Requests',
      panels: [
        {
          title: 'Requests by function',
          unit: 'reqps',
          queries: [{ expression: 'function:http_requests:rate5m{namespace="$namespace"}', legend: '{{function}}' }],
        },
        {
          title: 'Errors by function',
          description: 'The share of requests that were answered with 5xx. The objective allows 0.5 %.',
          unit: 'percentunit',
          queries: [
            {
              expression: 'function:http_request_errors:ratio_rate5m{namespace="$namespace"}',
              legend: '{{function}}',
            },
          ],
        },
        {
          title: 'Latency by function',
          description: 'One in twenty requests takes longer.',
          unit: 's',
          queries: [
            {
              expression: 'function:http_request_duration_seconds:p95_5m{namespace="$namespace"}',
              legend: '{{function}}',
            },
          ],
        },
        {
          title: 'Answers by status',
          unit: 'reqps',
          queries: [
            { expression: `sum by (code) (rate(http_requests_total{${asked}}[$__rate_interval]))`, legend: '{{code}}' },
          ],
        },
        {
          title: 'Answers at the gateway by status',
          description: 'As their senders see them, by whomever they were given. What was never routed is not in it.',
          unit: 'reqps',
          queries: [
            {
              expression:
                'sum by (envoy_response_code) (rate(envoy_cluster_upstream_rq{envoy_cluster_name=~"$namespace/.+"}[$__rate_interval]))',
              legend: '{{envoy_response_code}}',
            },
          ],
        },
        {
          title: 'Not answered',
          description: 'The share of requests through the activator that were answered 502, 503 or 504.',
          unit: 'percentunit',
          queries: [
            { expression: 'function:activator_errors:ratio_rate5m{namespace="$namespace"}', legend: '{{function}}' },
          ],
        },
      ],
    },
    {
      title: 'Functions',
      panels: [
        {
          title: 'Pods by function',
          unit: 'short',
          queries: [
            {
              expression: 'sum by (function) (kn_revision_pods_count{namespace="$namespace"})',
              legend: '{{function}}',
            },
          ],
        },
        {
          title: 'Starts in the last hour',
          unit: 'short',
          queries: [{ expression: `sum by (function) (${sinceAnHour(starts)})`, legend: '{{function}}' }],
        },
        {
          title: 'Unavailable',
          description: 'The share of requests that pods answered with 503: the database is away.',
          unit: 'percentunit',
          queries: [
            { expression: 'function:unavailable:ratio_rate5m{namespace="$namespace"}', legend: '{{function}}' },
          ],
        },
        {
          title: 'Events of configs',
          unit: 'short',
          queries: [
            {
              expression: 'sum by (outcome) (increase(configs_events_total{namespace="$namespace"}[$__rate_interval]))',
              legend: '{{outcome}}',
            },
          ],
        },
        {
          title: 'Alerts',
          unit: 'short',
          queries: [
            {
              expression: 'count by (alertname) (ALERTS{alertstate="firing",namespace=~"$namespace|"}) or vector(0)',
              legend: '{{alertname}}',
            },
          ],
        },
        {
          title: 'Targets that answer',
          unit: 'short',
          queries: [{ expression: 'sum by (job) (up)', legend: '{{job}}' }],
        },
      ],
    },
  ],
}
