import { afterAll, beforeAll, expect, test } from 'vitest'

import { checkedObjects } from './custom-resources.ts'
import { Namespace } from './namespace.ts'

let namespace: Namespace

beforeAll(async () => {
  namespace = await Namespace.create('kinds')
})

afterAll(() => namespace.remove())

const repository = `
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: { name: quartet, namespace: elsewhere }
spec: { url: https://git.example/quartet, interval: 1m }
`

test('a manifest of a kind that was added is checked in the namespace of the test', async () => {
  expect(await checkedObjects(namespace, repository)).toEqual(['gitrepository.source.toolkit.fluxcd.io/quartet'])
})

test('a field that the kind does not have is refused', async () => {
  await expect(checkedObjects(namespace, repository.replace('interval', 'intervall'))).rejects.toThrow('intervall')
})
