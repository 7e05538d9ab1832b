import * as z from 'zod/mini'

const Texts = z._default(z.record(z.string(), z.string()), {})

const Variable = z.looseObject({ name: z.string(), value: z.optional(z.string()) })

const Container = z.looseObject({
  image: z.string(),
  ports: z.optional(z.array(z.unknown())),
  env: z.optional(z.array(Variable)),
})
export type Container = z.output<typeof Container>

/** What a revision is made of. What is not read here is written back as it was. */
export const Template = z.looseObject({
  metadata: z.optional(z.looseObject({ name: z.optional(z.string()), annotations: z.optional(Texts) })),
  spec: z.looseObject({ containers: z.array(Container) }),
})
export type Template = z.output<typeof Template>

const Target = z.looseObject({
  revisionName: z.optional(z.string()),
  percent: z._default(z.nullable(z.number()), 0),
  tag: z.optional(z.string()),
  /** Of the tag. */
  url: z.optional(z.string()),
})

const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.optional(z.string()),
  message: z.optional(z.string()),
})

/** A Knative Service, as far as a rollout reads it. */
export const Service = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    generation: z.number(),
    annotations: Texts,
  }),
  spec: z.object({ template: Template, traffic: z._default(z.array(Target), []) }),
  status: z._default(
    z.object({
      observedGeneration: z._default(z.number(), 0),
      conditions: z._default(z.array(Condition), []),
      traffic: z._default(z.array(Target), []),
    }),
    { observedGeneration: 0, conditions: [], traffic: [] },
  ),
})
export type Service = z.output<typeof Service>

/** An object beside the Service: a Revision, its PodAutoscaler, or the Job that sends load. */
export const Part = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string(), labels: Texts, annotations: Texts }),
  spec: z.optional(z.looseObject({})),
  status: z._default(
    z.object({ conditions: z._default(z.array(Condition), []), actualScale: z.optional(z.number()) }),
    { conditions: [] },
  ),
})
export type Part = z.output<typeof Part>
