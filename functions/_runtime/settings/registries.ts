import * as z from 'zod/mini'

/** Marks settings whose values are never shown. */
export const secrets = z.registry<{ readonly secret: true }>()

/** The environment variables by which settings are known elsewhere; ours stand over them. */
export const variables = z.registry<{ readonly variable: string }>()
