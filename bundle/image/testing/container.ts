import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import * as z from 'zod/mini'

import { freePort } from '../../../scripts/local/free-port.ts'
import { sleep } from '../../../scripts/local/sleep.ts'
import { type Descriptor, ImageConfig, Index, Manifest } from '../oci.ts'

/** An image that lies unpacked in a folder, as a container runtime would have it. */
export class UnpackedImage {
  readonly folder: string
  readonly config: ImageConfig
  /** The paths of its files, before anything ran. */
  readonly files: readonly string[]

  private constructor(folder: string, config: ImageConfig) {
    this.folder = folder
    this.config = config
    this.files = readdirSync(this.root, { recursive: true, encoding: 'utf8' }).filter((path) =>
      lstatSync(join(this.root, path)).isFile(),
    )
  }

  /** @param archive that `quartet image` wrote */
  static unpack(archive: string): UnpackedImage {
    const folder = mkdtempSync(join(tmpdir(), 'quartet-container-'))
    const layout = join(folder, 'layout')
    const root = join(folder, 'rootfs')
    for (const path of [layout, root]) mkdirSync(path)
    execFileSync('tar', ['--extract', '--file', archive, '--directory', layout])
    const blob = ({ digest }: Descriptor): string => join(layout, 'blobs', digest.replace(':', '/'))
    const [described] = z.parse(Index, json(join(layout, 'index.json'))).manifests
    if (!described) throw new Error(`${archive} has no image.`)
    const manifest = z.parse(Manifest, json(blob(described)))
    for (const layer of manifest.layers) {
      const unpacking = ['--extract', '--same-permissions', '--same-owner', '--numeric-owner', '--directory', root]
      execFileSync('tar', [...unpacking, '--file', blob(layer)])
    }
    return new UnpackedImage(folder, z.parse(ImageConfig, json(blob(manifest.config))))
  }

  get root(): string {
    return join(this.folder, 'rootfs')
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** An image that runs under runc as Knative lets it run: not as root, nothing writable, no capabilities. */
export class Container {
  readonly url: string
  readonly port: number
  readonly #id: string
  readonly #process: ChildProcess
  #output = ''

  private constructor(child: ChildProcess, id: string, port: number) {
    this.#process = child
    this.#id = id
    this.port = port
    this.url = `http://127.0.0.1:${port}`
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString()
      })
  }

  /** Starts the image's own command, and waits until it answers. */
  static async start(image: UnpackedImage, env: Readonly<Record<string, string>>): Promise<Container> {
    const port = await freePort()
    const id = `quartet-${process.pid}-${port}`
    const variables = { HOST: '127.0.0.1', PORT: String(port), ...env }
    writeFileSync(join(image.folder, 'config.json'), JSON.stringify(specificationOf(image.config, variables)))
    const child = spawn('runc', ['run', '--bundle', image.folder, id], { stdio: ['ignore', 'pipe', 'pipe'] })
    await once(child, 'spawn')
    const container = new Container(child, id, port)
    while (!(await container.#answers())) {
      if (child.exitCode !== null) throw new Error(`The container ended with ${child.exitCode}:\n${container.output}`)
      await sleep(10)
    }
    return container
  }

  /** What it has printed so far. */
  get output(): string {
    return this.#output
  }

  signal(signal: 'TERM' | 'INT' | 'KILL'): void {
    execFileSync('runc', ['kill', this.#id, signal])
  }

  /** The lines of /proc/1/status of its first process, as the machine sees it. */
  status(): Map<string, string> {
    const { pid } = z.parse(
      z.object({ pid: z.int() }),
      JSON.parse(execFileSync('runc', ['state', this.#id], { encoding: 'utf8' })),
    )
    const lines = readFileSync(`/proc/${pid}/status`, 'utf8').trim().split('\n')
    return new Map(lines.map((line) => [line.split(':', 1)[0] ?? '', line.slice(line.indexOf(':') + 1).trim()]))
  }

  async ended(): Promise<number | null> {
    if (this.#process.exitCode === null) await once(this.#process, 'close')
    return this.#process.exitCode
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return
    this.signal('KILL')
    await this.ended()
  }

  async #answers(): Promise<boolean> {
    return fetch(`${this.url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    )
  }
}

function json(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** https://github.com/opencontainers/runtime-spec; the network is the machine's, where the database listens. */
function specificationOf({ config = {} }: ImageConfig, env: Readonly<Record<string, string>>) {
  const [uid, gid] = (config.User ?? '').split(':').map(Number)
  const none: string[] = []
  return {
    ociVersion: '1.0.2',
    process: {
      user: { uid, gid },
      args: [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])],
      env: [...(config.Env ?? []), ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
      cwd: config.WorkingDir,
      capabilities: { bounding: none, effective: none, permitted: none, inheritable: none, ambient: none },
      noNewPrivileges: true,
    },
    root: { path: 'rootfs', readonly: true },
    mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }],
    linux: { namespaces: ['pid', 'mount', 'ipc', 'uts'].map((type) => ({ type })) },
  }
}
