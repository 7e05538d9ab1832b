import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod/mini'

import { configure } from '../../../functions/_runtime/settings/configuration.ts'
import { functions } from '../../../functions/list.ts'

const Kustomization = z.object({ patches: z.tuple([z.object({ patch: z.string() })]) })
const Reference = z.object({ key: z.string() })
const Patch = z.array(
  z.object({
    value: z.object({
      name: z.string(),
      value: z.optional(z.string()),
      valueFrom: z.optional(z.object({ configMapKeyRef: z.optional(Reference), secretKeyRef: z.optional(Reference) })),
    }),
  }),
)

const given: Readonly<Record<string, string>> = {
  brokers: 'one.example:9093,two.example:9093',
  topic: 'changes',
  tls: 'true',
  mechanism: 'scram-sha-512',
  username: 'quartet',
  password: 'known-to-few',
}

/** The variables that configs gets where the ConfigMap and the Secret have these keys. */
function variablesOf(keys: readonly string[]): Record<string, string> {
  const { patches } = z.parse(
    Kustomization,
    parse(readFileSync(join(import.meta.dirname, 'kustomization.yaml'), 'utf8')),
  )
  const variables = z.parse(Patch, parse(patches[0].patch)).flatMap(({ value: { name, value, valueFrom } }) => {
    const key = (valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef)?.key ?? ''
    const text = value ?? (keys.includes(key) ? given[key] : undefined)
    return text === undefined ? [] : [[name, text] as const]
  })
  return Object.fromEntries(variables)
}

test.each([
  [
    'with all keys',
    Object.keys(given),
    { tls: { enabled: true }, sasl: { mechanism: 'scram-sha-512', username: 'quartet', password: 'known-to-few' } },
  ],
  ['without those that may be missing', ['brokers', 'topic'], { tls: { enabled: false } }],
])('configs takes what the component gives it, %s', async (_, keys, kafka) => {
  const { definition } = await functions.configs()
  const env = { DATABASE_URL: 'postgres://a/b', ...variablesOf(keys) }
  const { settings } = configure('configs', definition.settings, { env })
  expect(settings).toMatchObject({
    features: { kafka: true },
    events: { kafka: { brokers: given['brokers'], topic: 'changes', ...kafka } },
  })
})
