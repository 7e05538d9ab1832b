import { sampledFlag, type TraceContext } from './trace-context.ts'

/** Decides whether a trace is recorded, by its id and by what who asked has decided. */
export type Sampler = (traceId: string, parent: TraceContext | undefined) => boolean

/** https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration */
export const samplerNames = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const

export interface Sampling {
  readonly sampler: (typeof samplerNames)[number]
  /** Of traces that are recorded, where the sampler goes by a ratio: 0 to 1. */
  readonly ratio: number
}

/** The digits of a trace id that are random for certain, in systems of all kinds. */
const randomDigits = 14

export function samplerOf({ sampler, ratio }: Sampling): Sampler {
  const root = rootSampler(sampler, ratio)
  if (!sampler.startsWith('parentbased_')) return root
  return (traceId, parent) => (parent ? (parent.flags & sampledFlag) !== 0 : root(traceId, parent))
}

function rootSampler(sampler: Sampling['sampler'], ratio: number): Sampler {
  if (sampler.endsWith('always_on')) return () => true
  if (sampler.endsWith('always_off')) return () => false
  // The same decision for a trace wherever it is made with this ratio, and wherever with a higher one also yes:
  // https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
  const threshold = (1 - ratio) * 16 ** randomDigits
  return (traceId) => Number.parseInt(traceId.slice(-randomDigits), 16) >= threshold
}
