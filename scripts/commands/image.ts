import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

import { Argument, Command, Option } from 'commander'

import manifest from '../../package.json' with { type: 'json' }
import { architectures, ownArchitecture, type Architecture } from '../../bundle/image/architecture.ts'
import { overrunsOf } from '../../bundle/image/budget.ts'
import { buildImages, programs, type BuiltImage } from '../../bundle/image/build-images.ts'
import { compressions, type Compression } from '../../bundle/image/compression.ts'
import { load, loaders, push } from '../../bundle/image/delivery.ts'
import { finding } from '../exit-codes.ts'
import { reasonOf } from '../reason.ts'

interface Options {
  readonly architecture: Architecture
  readonly base?: string
  readonly build: boolean
  readonly compression: Compression
  readonly load?: keyof typeof loaders
  readonly output: string
  readonly push: boolean
  readonly registry: string
  readonly source?: string
  readonly tag: string
}

const root = join(import.meta.dirname, '../..')

export function imageCommand(): Command {
  return new Command('image')
    .addArgument(
      new Argument('[function...]', 'which; migrate brings their databases up to date')
        .choices(programs)
        .default(programs, 'all'),
    )
    .description('Make container images of functions, without Docker and without root.')
    .addOption(
      new Option('--architecture <name>', 'the kind of processor')
        .choices(Object.keys(architectures))
        .default(ownArchitecture()),
    )
    .option('--base <file>', 'an OCI layout or archive to build on, such as one of distroless')
    .addOption(new Option('--compression <name>', 'of the layers').choices(compressions).default('gzip'))
    .option('--registry <prefix>', 'what the names of the images begin with', 'dev.local')
    .option('--tag <tag>', 'the tag of the images', manifest.version)
    .option('--source <url>', 'where the source is to be found, for the labels')
    .option('--output <folder>', 'where the archives go', join(root, '.quartet/images'))
    .addOption(new Option('--load <where>', 'take the images there').choices(Object.keys(loaders)))
    .option('--push', 'push the images to their registry with crane, skopeo or oras', false)
    .option('--no-build', 'take the bundles in dist/ as they are')
    .addHelpText(
      'after',
      `
Writes an OCI archive of each image, NAME.tar, its layout, NAME/, and what is in it, NAME.cdx.json. The same commit gives
the same digests. The base is composed of Debian's packages, which takes Debian or Ubuntu; elsewhere, give one by --base.

Examples:
  quartet image
  quartet image configs --load containerd
  quartet image --registry registry.example/team --tag 2026-11-21 --push
  quartet image --base distroless.tar --compression zstd`,
    )
    .action(async (wanted: string[], { build, load: where, output, push: isPushed, ...options }: Options) => {
      try {
        if (build)
          execFileSync(process.execPath, ['esbuild.config.mjs'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
        const images = await buildImages({ ...options, names: wanted, folder: output })
        const overruns = options.base === undefined ? overrunsOf(images, options.compression) : []
        for (const overrun of overruns) process.stderr.write(`${overrun}\n`)
        if (overruns.length > 0) process.exitCode = finding
        for (const image of images) {
          process.stdout.write(describe(image))
          if (where !== undefined) load(image, where)
          if (isPushed) push(image)
        }
      } catch (error) {
        process.stderr.write(`${reasonOf(error)}\n`)
        process.exitCode = finding
      }
    })
}

function describe({ reference, manifest: { digest }, layers, archive }: BuiltImage): string {
  const lines = layers.map(({ title, content }) => `  ${String(content.length).padStart(9)} bytes  ${title}\n`)
  return `${reference}@${digest}\n${lines.join('')}  in ${archive}\n`
}
