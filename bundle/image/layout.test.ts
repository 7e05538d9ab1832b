import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import { baseFrom } from './base-file.ts'
import type { Base } from './base.ts'
import { imageOf, type Image } from './image.ts'
import { layerOf } from './layer.ts'
import { layoutOf, writeLayout } from './layout.ts'
import { sha256 } from './store.ts'

const folder = mkdtempSync(join(tmpdir(), 'quartet-layout-'))
afterAll(() => rmSync(folder, { recursive: true }))

const base: Base = { name: 'none', layers: [], config: { Env: ['PATH=/bin'], Entrypoint: ['/nodejs/bin/node'] } }
const revision = { id: 'f'.repeat(40), createdAt: new Date(0) }

async function image(): Promise<Image> {
  const layer = await layerOf('one file', [{ kind: 'file', path: 'etc/one', content: Buffer.from('one') }], 'zstd')
  return imageOf({ architecture: 'arm64', base, layers: [layer], revision, labels: { made: 'by a test' } })
}

async function written(name: string): Promise<{ archive: string; directory: string }> {
  return writeLayout(layoutOf(await image(), 'registry.example/team/one:1.2'), folder, name)
}

test.each(['archive', 'directory'] as const)('an image that was written as %s is a base for others', async (form) => {
  const { [form]: file } = await written(form)
  const { layers, config } = baseFrom(file, 'arm64')
  const { layers: expected } = await image()
  expect(layers.map(({ digest, diffId }) => ({ digest, diffId }))).toEqual(
    expected.map(({ digest, diffId }) => ({ digest, diffId })),
  )
  expect(config).toMatchObject({ User: '65532:65532', Entrypoint: ['/nodejs/bin/node'], Cmd: ['/function/index.js'] })
})

test('Docker and containerd find the name of the image in it', async () => {
  const { directory } = await written('named')
  const read = (path: string): unknown => JSON.parse(readFileSync(join(directory, path), 'utf8'))
  expect(read('manifest.json')).toMatchObject([{ RepoTags: ['registry.example/team/one:1.2'] }])
  expect(read('index.json')).toMatchObject({
    manifests: [{ annotations: { 'io.containerd.image.name': 'registry.example/team/one:1.2' } }],
  })
})

test('a base that is not there, for another processor, or damaged is refused, and why is said', async () => {
  const { directory } = await written('wrong')
  expect(() => baseFrom(join(folder, 'absent'), 'arm64')).toThrow('There is no ')
  expect(() => baseFrom(folder, 'arm64')).toThrow('is no OCI layout: it has no index.json.')
  expect(() => baseFrom(directory, 'amd64')).toThrow('has no image for linux/amd64.')
  const [layer] = (await image()).layers
  writeFileSync(join(directory, 'blobs', (layer?.digest ?? '').replace(':', '/')), 'something else')
  expect(() => baseFrom(directory, 'arm64')).toThrow(`is damaged: ${layer?.digest} is something else.`)
})

test('a digest is that of the bytes', async () => {
  const { manifest } = await image()
  expect(manifest.digest).toBe(`sha256:${sha256(manifest.content)}`)
})
