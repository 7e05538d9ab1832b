import type { Container, Part, Template } from './service.ts'
import { plainAnnotations, plainLabels } from './plain.ts'

/** What a new revision has otherwise. */
export interface Change {
  readonly image?: string | undefined
  readonly env: Readonly<Record<string, string>>
}

/** Says a change for people, and so that the same change is the same text. */
export function changeText({ image, env }: Change): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  return [...(image === undefined ? [] : [`image ${image}`]), ...variables].join(', ')
}

/** The template with a change, for a revision of this name. */
export function changedTemplate(template: Template, revision: string, { image, env }: Change): Template {
  const { containers } = template.spec
  // Knative sends requests to the one container that has a port, or to the only one.
  const served = Math.max(
    containers.findIndex(({ ports = [] }) => ports.length > 0),
    0,
  )
  const change = (container: Container): Container => {
    return { ...container, image: image ?? container.image, env: mergedVariables(container.env ?? [], env) }
  }
  return {
    ...template,
    metadata: { ...template.metadata, name: revision },
    spec: {
      ...template.spec,
      containers: containers.map((container, index) => (index === served ? change(container) : container)),
    },
  }
}

/**
 * The template from which a revision was made. Knative makes no new revision of it, since one of its name is there and is
 * the same; so the Service says again what serves, and whoever applies it again does not bring back what was not good.
 * @param minScale what it had been told of the least number of pods
 */
export function templateOf({ metadata, spec }: Part, minScale: string | undefined): object {
  return {
    metadata: {
      name: metadata.name,
      annotations: plainAnnotations(metadata.annotations, minScale),
      labels: plainLabels(metadata.labels),
    },
    spec,
  }
}

function mergedVariables(
  given: NonNullable<Container['env']>,
  changed: Readonly<Record<string, string>>,
): NonNullable<Container['env']> {
  const kept = given.filter(({ name }) => !Object.hasOwn(changed, name))
  return [...kept, ...Object.entries(changed).map(([name, value]) => ({ name, value }))]
}
