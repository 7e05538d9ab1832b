import type { QuartetFunction } from './_runtime/function/function.ts'

/** Every function, loaded only when it is asked for. A new function is a folder beside this file and a line here. */
export const functions = {
  configs: async () => (await import('./configs/index.ts')).configs,
  predict: async () => (await import('./predict/index.ts')).predict,
  health: async () => (await import('./health/index.ts')).health,
  metrics: async () => (await import('./metrics/index.ts')).metrics,
} satisfies Record<string, () => Promise<QuartetFunction>>

export type FunctionName = keyof typeof functions
