import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { text } from 'node:stream/consumers'

import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'

import { functions } from '../../functions/list.ts'
import { migrateFunctions } from '../../scripts/migrate-functions.ts'
import { ownArchitecture } from './architecture.ts'
import { overrunsOf } from './budget.ts'
import { buildImages, programs, type BuiltImage } from './build-images.ts'
import { listFile } from './debian.ts'
import { nodePath } from './node-program.ts'
import { Container, UnpackedImage } from './testing/container.ts'

const root = join(import.meta.dirname, '../..')
const names = Object.keys(functions)
const folder = mkdtempSync(join(tmpdir(), 'quartet-images-'))
const unpacked = new Map<string, UnpackedImage>()
const running: Container[] = []
let images: BuiltImage[] = []

beforeAll(async () => {
  if (!existsSync(join(root, 'dist'))) throw new Error('There are no bundles. Run `npm run build` first.')
  const architecture = ownArchitecture()
  if (!architecture) throw new Error(`Images are not made for ${process.arch}.`)
  images = await buildImages({
    names: programs,
    architecture,
    compression: 'gzip',
    registry: 'dev.local',
    tag: 'test',
    folder,
  })
  for (const { name, archive } of images) unpacked.set(name, UnpackedImage.unpack(archive))
  await migrateFunctions(new Map(names.map((name) => [name, inject('postgresUrl')])))
}, 300_000)

afterEach(async () => {
  await Promise.all(running.splice(0).map((container) => container.stop()))
})

afterAll(() => {
  for (const image of unpacked.values()) image.remove()
  rmSync(folder, { recursive: true })
})

async function start(name: string, env: Record<string, string> = {}): Promise<Container> {
  const container = await Container.start(imageOf(name), { DATABASE_URL: inject('postgresUrl'), ...env })
  running.push(container)
  return container
}

function imageOf(name: string): UnpackedImage {
  const image = unpacked.get(name)
  if (!image) throw new Error(`There is no image of ${name}.`)
  return image
}

const json = { 'content-type': 'application/json' }
const secrets =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}|\bnpm_[A-Za-z0-9]{36}|\bgh[pousr]_[A-Za-z0-9]{36}|\bAKIA[A-Z0-9]{16}\b/
const seven = readFileSync(join(root, 'functions/predict/examples/seven.json'), 'utf8')
const jobs: Readonly<Record<string, { path: string; init?: RequestInit; says: string }>> = {
  configs: { path: '/configs/datacenter-1', says: '"dcname":"datacenter-1"' },
  predict: { path: '/predict', init: { method: 'POST', headers: json, body: seven }, says: '"digit":7' },
  health: { path: '/health', says: '"functions"' },
  metrics: { path: '/metrics', says: '# TYPE' },
}

describe.each(names)('the image of %s', (name) => {
  const job = jobs[name] ?? { path: '/readyz', says: 'ready' }

  test('does its job as nobody in particular, with nothing writable and no capabilities', async () => {
    const container = await start(name)
    const answer = await fetch(container.url + job.path, job.init)
    expect({ status: answer.status, body: await answer.text() }).toEqual({
      status: 200,
      body: expect.stringContaining(job.says),
    })
    const status = container.status()
    expect(status.get('NSpid')?.split(/\s+/).at(-1)).toBe('1')
    expect(status.get('Uid')).toBe(Array(4).fill('65532').join('\t'))
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) expect(status.get(set)).toMatch(/^0+$/)
    expect(status.get('NoNewPrivs')).toBe('1')
  })

  test('runs the code that V8 compiled when it was built', async () => {
    const container = await start(name)
    await expect.poll(() => container.output).toContain('"codeCache":"accepted"')
  })

  test.each(['TERM', 'INT'] as const)('ends with 0 on SIG%s, as the first process that it is', async (signal) => {
    const container = await start(name, { DRAIN_LISTEN_MS: '0' })
    await fetch(container.url + job.path, job.init)
    container.signal(signal)
    expect(await container.ended()).toBe(0)
  })

  test('has no program but Node and the libraries that it loads', () => {
    const executables = imageOf(name).files.filter(
      (path) => (lstatSync(join(imageOf(name).root, path)).mode & 0o111) !== 0,
    )
    expect(executables).toContain(nodePath)
    expect(executables.filter((path) => path !== nodePath && !/\.so(\.[\d.]+)?$|\.node$/.test(path))).toEqual([])
  })

  test('has no source, no package manager and no secret', () => {
    const files = imageOf(name).files
    expect(
      files.filter((path) =>
        /\.ts$|\.map$|node_modules|package(-lock)?\.json$|\.npmrc$|\.env$|\.pem$|\.key$/.test(path),
      ),
    ).toEqual([])
    expect(
      files.map((path) => basename(path)).filter((file) => /^(npm|npx|apt|dpkg|sh|bash|busybox)$/.test(file)),
    ).toEqual([])
    const ours = files.filter((path) => path.startsWith('function/'))
    const content = (path: string) => readFileSync(join(imageOf(name).root, path), 'latin1')
    expect(ours.filter((path) => secrets.test(content(path)))).toEqual([])
    expect(ours.filter((path) => content(path).includes(root))).toEqual([])
  })

  test('says what it is, and has the licences of what is in it', () => {
    const { config } = imageOf(name).config
    expect(config?.User).toBe('65532:65532')
    expect(config?.Labels).toMatchObject({
      'org.opencontainers.image.title': `quartet-${name}`,
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{40}/),
    })
    const licences = imageOf(name).files.filter((path) => path.startsWith('licenses/'))
    expect(licences).toEqual(
      expect.arrayContaining(['licenses/node/LICENSE', 'licenses/quartet/LICENSE', 'licenses/zod/LICENSE']),
    )
  })
})

test.each(names)('what is in the image of %s is listed as CycloneDX has it', async (name) => {
  const bill = readFileSync(join(folder, `${name}.cdx.json`), 'utf8')
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot5).validate(bill)).toBeNull()
  const { components } = JSON.parse(bill) as { readonly components: readonly { readonly name: string }[] }
  const listed = components.map((component) => component.name)
  expect(listed).toEqual(expect.arrayContaining(['node', 'libc6', 'ca-certificates', 'pino', 'zod']))
  expect(listed.includes('onnxruntime-node')).toBe(name === 'predict')
  expect(listed).not.toContain('vitest')
})

test('a config whose request is in flight when SIGTERM comes is answered and kept', async () => {
  const container = await start('configs')
  const name = `in-flight-${container.port}`
  const body = JSON.stringify({ name, metadata: { kept: true } })
  const sent = request(`${container.url}/configs`, {
    method: 'POST',
    headers: { ...json, 'content-length': body.length },
  })
  const answered = new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    sent.on('error', reject)
    sent.on('response', (response) => {
      text(response).then((all) => resolve({ status: response.statusCode, body: all }), reject)
    })
  })
  sent.write(body.slice(0, 10))
  await expect.poll(() => container.output).toContain('"listening"')
  container.signal('TERM')
  await expect.poll(() => container.output).toContain('"draining"')
  sent.end(body.slice(10))
  expect(await answered).toMatchObject({ status: 201 })
  expect(await container.ended()).toBe(0)
  const next = await start('configs')
  expect(await (await fetch(`${next.url}/configs/${name}`)).json()).toMatchObject({ metadata: { kept: true } })
})

test('the images share what they stand on, and are inside their budget', () => {
  const [first, ...others] = images.map(({ layers }) => layers.slice(0, 2).map(({ digest }) => digest))
  for (const other of others) expect(other).toEqual(first)
  expect(overrunsOf(images, 'gzip')).toEqual([])
})

test('two clones of a commit make the same images', { timeout: 300_000 }, () => {
  const made = ['one', 'other-with-a-longer-name'].map((clone) => {
    const at = join(folder, clone)
    execFileSync('git', ['clone', '--quiet', root, at])
    symlinkSync(join(root, 'node_modules'), join(at, 'node_modules'))
    copyFileSync(listFile, join(at, relative(root, listFile)))
    // What was downloaded is the same by its checksum; all else is made anew.
    mkdirSync(join(at, '.quartet/image'), { recursive: true })
    for (const store of ['node', 'packages'])
      symlinkSync(join(root, '.quartet/image', store), join(at, '.quartet/image', store))
    const printed = execFileSync(process.execPath, ['scripts/quartet.ts', 'image'], { cwd: at, encoding: 'utf8' })
    return printed.match(/sha256:[0-9a-f]{64}/g)
  })
  expect(made[0]).toHaveLength(programs.length)
  expect(made[1]).toEqual(made[0])
})
