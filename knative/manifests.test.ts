import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import * as z from 'zod/mini'

import { configure } from '../functions/_runtime/settings/configuration.ts'
import { functions } from '../functions/list.ts'
import { deployedSettings } from '../scripts/deploy/deployed-settings.ts'
import { Manifest } from '../scripts/deploy/manifest.ts'
import { connectionDemand } from '../scripts/pool-sizes.ts'

const folder = import.meta.dirname
const readme = readFileSync(join(folder, 'README.md'), 'utf8')

const Service = z.object({
  spec: z.object({
    template: z.object({
      metadata: z.object({ annotations: z.record(z.string(), z.string()) }),
      spec: z.object({
        serviceAccountName: z.string(),
        timeoutSeconds: z.int(),
        containers: z.tuple([
          z.object({ image: z.string(), env: z.array(z.object({ name: z.string(), value: z.optional(z.string()) })) }),
        ]),
      }),
    }),
  }),
})

test.each(Object.entries(functions))('%s is deployed with settings that hold together', async (name, load) => {
  const { template } = z.parse(Service, parse(readFileSync(join(folder, `base/${name}.yaml`), 'utf8'))).spec
  const [container] = template.spec.containers
  expect(container.image).toBe(`quartet-${name}`)
  expect(template.spec.serviceAccountName).toBe(name)
  const { definition } = await load()
  const env = Object.fromEntries(
    container.env.map(({ name: variable, value }) => [variable, value ?? 'postgres://a/b']),
  )
  const { settings } = configure(name, definition.settings, { env })
  const { scale, drain } = settings as { scale: { max: number }; drain: { timeoutMs: number } }
  expect(template.metadata.annotations['autoscaling.knative.dev/max-scale']).toBe(String(scale.max))
  // A pod that ends has this long for what is in flight.
  expect(template.spec.timeoutSeconds * 1000).toBeGreaterThan(drain.timeoutMs)
  expect(template.spec.timeoutSeconds).toBeGreaterThanOrEqual(60)
})

test('all functions at their most fit the database, and take of it what the README says', async () => {
  const services = Object.keys(functions).map((name) => {
    return z.parse(Manifest, parse(readFileSync(join(folder, `base/${name}.yaml`), 'utf8')))
  })
  const { needed, available } = connectionDemand(await deployedSettings(services)) ?? {}
  expect(readme).toContain(`take ${needed} of the ${available} that PostgreSQL has`)
})

test('the load that a rollout sends is let out to the ingress', () => {
  const policies = parseAllDocuments(readFileSync(join(folder, 'base/network-policies.yaml'), 'utf8'))
  const load = policies.find((policy) => policy.getIn(['metadata', 'name']) === 'load')
  const selected = load?.getIn(['spec', 'podSelector', 'matchLabels'])
  const job = readFileSync(join(folder, '../scripts/rollout/load/load-job.ts'), 'utf8')
  expect(String(selected)).toBe('{"app.kubernetes.io/managed-by":"quartet"}')
  expect(job).toContain("metadata: { labels: { 'app.kubernetes.io/managed-by': 'quartet' } }")
})

test('every component is in the table of the README', () => {
  const components = readdirSync(join(folder, 'components'))
  expect(components.filter((name) => !readme.includes(`\`${name}\``))).toEqual([])
})

test('every value is in the table of the README, and the table names no other', () => {
  const files = readdirSync(join(folder, 'values')).filter((name) => name !== 'kustomization.yaml')
  const named = [...readme.matchAll(/\(values\/([\w-]+\.yaml)\)/g)].map(([, name = '']) => name)
  expect(named.toSorted()).toEqual(files.toSorted())
})
