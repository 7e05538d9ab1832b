import { Command } from 'commander'

import { reasonOf } from '../../scripts/reason.ts'
import { type Change, Environment } from './environment.ts'

/** `npm run images -- staging NAME@DIGEST...` and `npm run promote -- staging production`. */
export function imagesCommand(folder?: string): Command {
  const command = new Command('images').description('Say which images an environment has, by digest.')
  command
    .command('set')
    .argument('<environment>', 'such as staging')
    .argument('<image...>', 'NAME@sha256:..., as `quartet image --push` prints it; a tag is passed over')
    .action((environment: string, images: string[]) => {
      tell(() => Environment.read(environment, folder).take(new Map(images.map(referenceOf))))
    })
  command
    .command('promote')
    .description('Give an environment the images of another, to be reviewed as a pull request.')
    .argument('<from>', 'such as staging')
    .argument('<to>', 'such as production')
    .action((from: string, to: string) => {
      tell(() => Environment.read(to, folder).take(settled(from, Environment.read(from, folder))))
    })
  return command
}

function referenceOf(image: string): [name: string, digest: string] {
  const parts = /^(?<name>[^@]+?)(:[^/:@]+)?@(?<digest>.+)$/.exec(image)?.groups
  if (!parts) throw new Error(`${image} has no digest. Say it as NAME@sha256:...`)
  return [parts['name'] ?? '', parts['digest'] ?? '']
}

function settled(name: string, { digests }: Environment): Map<string, string> {
  return new Map(
    [...digests].map(([image, digest]) => {
      if (digest === undefined) throw new Error(`${name} has no digest of ${image} yet: there is nothing to promote.`)
      return [image, digest]
    }),
  )
}

function tell(work: () => Change[]): void {
  try {
    const changes = work()
    for (const { image, from, to } of changes) process.stdout.write(`${image}\n  from ${from}\n  to   ${to}\n`)
    if (changes.length === 0) process.stdout.write('Nothing changes.\n')
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`)
    process.exitCode = 1
  }
}

if (import.meta.main) await imagesCommand().parseAsync()
