/** https://knative.dev/docs/serving/autoscaling/scale-bounds/ */
const minScale = 'autoscaling.knative.dev/min-scale'

type Annotations = Readonly<Record<string, string>>

/** The least number of pods that a revision was told to keep, as it stands in its annotations. */
export function minScaleOf(annotations: Annotations): string | undefined {
  return annotations[minScale]
}

/**
 * How the annotations of a Revision have to change so that it keeps some pods, or, with 0, as many as it had been told.
 * A Revision's specification is immutable, its annotations are not: Knative takes those of its autoscaler from them
 * (syncAnnotationsForKPA in pkg/reconciler/revision of knative.dev/serving). Only those of the autoscaler: any other one
 * is an annotation of the pods too, and replaces them.
 * @param own what it had been told
 * @returns a merge patch, or undefined when they are as they should be
 */
export function warmthPatch(
  annotations: Annotations,
  own: string | undefined,
  pods: number,
): Record<string, string | null> | undefined {
  const wanted = Number(own ?? 0) >= pods ? own : String(pods)
  return annotations[minScale] === wanted ? undefined : { [minScale]: wanted ?? null }
}
