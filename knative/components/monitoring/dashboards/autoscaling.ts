import type { Dashboard } from './dashboard.ts'
import { sinceAnHour } from './since-an-hour.ts'

const chosen = 'namespace="$namespace",function=~"$function"'

/** Where the activator says only which revision: Knative names it after the function. */
const ofRevision = 'namespace="$namespace",revision=~"($function)-.+"'

/** Why there are as many pods as there are. */
export const autoscaling: Dashboard = {
  name: 'autoscaling',
  title: 'Quartet: autoscaling',
  description: 'What the autoscaler sees and wants, what it gets, and what requests wait for.',
  variables: [
    { name: 'namespace', of: 'kn_revision_pods_desired' },
    { name: 'function', of: 'kn_revision_pods_desired{namespace="$namespace"}', isMany: true },
  ],
  rows: [
    {
      title: 'Pods',
      panels: [
        {
          title: 'Wanted and there',
          description: 'Wanted is not held to max-scale, asked for is.',
          unit: 'short',
          queries: [
            { expression: `sum by (revision) (kn_revision_pods_desired{${chosen}})`, legend: '{{revision}} wanted' },
            {
              expression: `sum by (revision) (kn_revision_pods_requested{${chosen}})`,
              legend: '{{revision}} asked for',
            },
            { expression: `sum by (revision) (kn_revision_pods_count{${chosen}})`, legend: '{{revision}} ready' },
          ],
        },
        {
          title: 'On their way',
          unit: 'short',
          queries: [
            {
              expression: `sum by (revision) (kn_revision_pods_not_ready_count{${chosen}})`,
              legend: '{{revision}} not ready',
            },
            {
              expression: `sum by (revision) (kn_revision_pods_pending_count{${chosen}})`,
              legend: '{{revision}} pending',
            },
            {
              expression: `sum by (revision) (kn_revision_pods_terminating_count{${chosen}})`,
              legend: '{{revision}} ending',
            },
          ],
        },
        {
          title: 'Time until a process listens',
          description: 'Since it was spawned: what Kubernetes needs before that is not in it.',
          unit: 's',
          queries: [0.5, 0.95].map((quantile) => ({
            expression: `histogram_quantile(${quantile}, sum by (function, le) (${sinceAnHour(`function_ready_seconds_bucket{${chosen}}`)}))`,
            legend: `{{function}} ${quantile * 100} %`,
          })),
        },
      ],
    },
    {
      title: 'What the autoscaler reckons with',
      panels: [
        {
          title: 'Requests at once',
          description:
            'Per pod, averaged over the stable window and over the panic window, and how many there should be.',
          unit: 'short',
          queries: ['stable', 'panic', 'target'].map((kind) => ({
            expression: `sum by (revision) (kn_revision_concurrency_${kind}{${chosen}} or kn_revision_rps_${kind}{${chosen}})`,
            legend: `{{revision}} ${kind}`,
          })),
        },
        {
          title: 'Panic',
          description: '1 while it scales by the short window, and never down.',
          unit: 'short',
          queries: [{ expression: `max by (revision) (kn_revision_panic_mode{${chosen}})`, legend: '{{revision}}' }],
        },
        {
          title: 'Room for a burst',
          description:
            'Requests that the pods could take beyond those there are. Below 0 the activator stays in the way.',
          unit: 'short',
          isSigned: true,
          queries: [
            { expression: `min by (revision) (kn_revision_capacity_excess{${chosen}})`, legend: '{{revision}}' },
          ],
        },
      ],
    },
    {
      title: 'The way of a request',
      panels: [
        {
          title: 'In the activator',
          unit: 'short',
          queries: [
            {
              expression: `sum by (revision) (kn_revision_request_queued{${ofRevision}})`,
              legend: '{{revision}} waiting',
            },
            {
              expression: `sum by (revision) (kn_revision_request_active{${ofRevision}})`,
              legend: '{{revision}} at work',
            },
          ],
        },
        {
          title: 'Where the time goes',
          description:
            'One in twenty requests takes longer, as seen by the activator, the queue-proxy, and for the container.',
          unit: 's',
          queries: [
            {
              expression: `histogram_quantile(0.95, sum by (le) (rate(http_server_request_duration_seconds_bucket{job="knative",app="activator",${chosen}}[$__rate_interval])))`,
              legend: 'activator',
            },
            {
              expression: `histogram_quantile(0.95, sum by (le) (rate(http_server_request_duration_seconds_bucket{job="quartet-queue-proxies",${chosen}}[$__rate_interval])))`,
              legend: 'queue-proxy',
            },
            {
              expression: `histogram_quantile(0.95, sum by (le) (rate(kn_serving_invocation_duration_seconds_bucket{${chosen}}[$__rate_interval])))`,
              legend: 'container',
            },
          ],
        },
        {
          title: 'Requests by pod',
          unit: 'reqps',
          queries: [
            {
              expression: `sum by (pod) (rate(http_server_request_duration_seconds_count{job="quartet-queue-proxies",${chosen}}[$__rate_interval]))`,
              legend: '{{pod}}',
            },
          ],
        },
      ],
    },
  ],
}
