import { workloadOf, type Manifest } from './manifest.ts'

/**
 * Says of a Knative Service that its newest revision gets all requests, and that Knative names it. That is so without
 * saying it, until `quartet rollout` has given a revision a name and pinned the traffic to it: Knative refuses another
 * template of the same name, and what is applied without these fields leaves them as they are.
 */
export function newestServes(service: Manifest): Manifest {
  const { spec } = workloadOf(service) ?? {}
  if (spec === undefined) return service
  const { template } = spec
  // Server-side apply takes a field from whoever has set it only by setting it.
  const named = { ...template, metadata: { name: '', ...template.metadata } }
  return { ...service, spec: { traffic: [{ latestRevision: true, percent: 100 }], ...spec, template: named } }
}
