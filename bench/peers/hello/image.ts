import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Architecture } from '../../../bundle/image/architecture.ts'
import type { Deliverable } from '../../../bundle/image/delivery.ts'
import { imageOf } from '../../../bundle/image/image.ts'
import { layerOf } from '../../../bundle/image/layer.ts'
import { layoutOf, writeLayout } from '../../../bundle/image/layout.ts'
import { revisionOf } from '../../../bundle/image/revision.ts'

const root = join(import.meta.dirname, '../../..')

/** Builds the program with the machine's Go, and an image that has nothing else. */
export async function helloImage(architecture: Architecture, reference: string, folder: string): Promise<Deliverable> {
  mkdirSync(folder, { recursive: true })
  const program = join(folder, 'hello.program')
  execFileSync('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', program, 'main.go'], {
    cwd: import.meta.dirname,
    env: { ...process.env, CGO_ENABLED: '0', GOARCH: architecture },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const entry = { kind: 'file', path: 'hello', content: readFileSync(program), isProgram: true } as const
  const image = imageOf({
    architecture,
    base: { name: 'none', layers: [], config: { Entrypoint: ['/hello'] } },
    layers: [await layerOf('hello', [entry], 'gzip')],
    revision: revisionOf(root),
    labels: {},
    command: [],
  })
  return { reference, ...writeLayout(layoutOf(image, reference), folder, 'hello') }
}
