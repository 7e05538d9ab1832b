import * as z from 'zod/mini'

import { validate } from '../../functions/_runtime/request/validate.ts'

// Nothing has a default: what is read here is written again.
const Variable = z.looseObject({
  name: z.string(),
  value: z.optional(z.string()),
  valueFrom: z.optional(
    z.looseObject({
      secretKeyRef: z.optional(z.looseObject({ name: z.string(), key: z.string(), optional: z.optional(z.boolean()) })),
    }),
  ),
})

const Container = z.looseObject({ image: z.string(), env: z.optional(z.array(Variable)) })

const Workload = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({
      metadata: z.optional(z.looseObject({ annotations: z.optional(z.record(z.string(), z.string())) })),
      spec: z.looseObject({ containers: z.array(Container) }),
    }),
  }),
})
type Workload = z.output<typeof Workload>

/** An object as it is to be applied. */
export const Manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.optional(z.string()),
    labels: z.optional(z.record(z.string(), z.string())),
    annotations: z.optional(z.record(z.string(), z.string())),
  }),
})
export type Manifest = z.output<typeof Manifest>

/** The template of what makes pods: a Knative Service, a Job, a StatefulSet; undefined for what makes none. */
export function workloadOf(manifest: Manifest): Workload | undefined {
  const result = validate(Workload, manifest)
  return result.success ? result.value : undefined
}

export function isKnativeService({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): boolean {
  return kind === 'Service' && apiVersion.startsWith('serving.knative.dev/')
}

export function isMigration({ kind, metadata }: Manifest): boolean {
  return kind === 'Job' && metadata.labels?.['app.kubernetes.io/name'] === 'migrate'
}

/** What kubectl calls it: `Service.serving.knative.dev/configs`; with the group, since Kubernetes has Services too. */
export function referenceOf({
  apiVersion,
  kind,
  metadata,
}: Pick<Manifest, 'apiVersion' | 'kind' | 'metadata'>): string {
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[1]}.${apiVersion.split('/')[0]}` : ''
  return `${kind}${group}/${metadata.name}`
}

/** As many manifests as one text for kubectl. JSON, in which no text looks like something else. */
export function asList(manifests: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests })
}
