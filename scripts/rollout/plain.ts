import { warmthPatch } from './warmth.ts'

type Texts = Readonly<Record<string, string>>

/** What Knative notes at a Revision by itself, and the names of its routes. */
const noted = /^serving\.knative\.dev\/(creator|lastModifier|routes|routingStateModified|lastPinned)$/

/**
 * The annotations that a Revision was made with.
 * @param minScale what they said of the least number of pods
 */
export function plainAnnotations(annotations: Texts, minScale: string | undefined): Record<string, string> {
  const entries = Object.entries({ ...annotations, ...warmthPatch(annotations, minScale, 0) })
  const texts = entries.filter((pair): pair is [string, string] => pair[1] !== null)
  return Object.fromEntries(texts.filter(([key]) => !noted.test(key)))
}

/** The labels that a Revision was made with: those of Knative tell of which Configuration it is. */
export function plainLabels(labels: Texts): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !key.startsWith('serving.knative.dev/')))
}
