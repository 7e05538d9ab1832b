import { createInterface } from 'node:readline/promises'

import { Argument, Command } from 'commander'

import { functions } from '../../functions/list.ts'
import { Kubectl, type ClusterOptions } from '../cluster/kubectl.ts'
import { clusterOptions, defaultNamespace, withClusterOptions } from '../cluster/options.ts'
import { nameOf, readInventory, remove, type Entry } from '../deploy/inventory.ts'
import { isOurs, othersIn } from '../deploy/namespace.ts'
import { forget, removalOf } from '../deploy/removal.ts'
import { finding } from '../exit-codes.ts'
import { reasonOf } from '../reason.ts'

interface Options extends ClusterOptions {
  readonly yes?: true
}

export function deleteCommand(): Command {
  const names = Object.keys(functions)
  const command = new Command('delete')
    .addArgument(new Argument('[function...]', 'which functions; all that was deployed by default').choices(names))
    .description('Remove what `quartet deploy` has made, but for data.')
    .option('-y, --yes', 'do not ask')
  return withClusterOptions(command)
    .addHelpText(
      'after',
      `
Kept are databases, volumes and Secrets, and the namespace, unless a deploy made it and nothing else is in it.

Examples:
  quartet delete
  quartet delete predict
  quartet delete --namespace staging --yes`,
    )
    .action(async (wanted: string[], options: Options) => {
      try {
        await run(wanted, options)
      } catch (error) {
        process.stderr.write(`${reasonOf(error)}\n`)
        process.exitCode = finding
      }
    })
}

async function run(wanted: readonly string[], options: Options): Promise<void> {
  const namespace = options.namespace ?? defaultNamespace
  const kubectl = new Kubectl({ ...clusterOptions(options), namespace })
  const inventory = await readInventory(kubectl)
  const { removed, kept } = removalOf(inventory, wanted)
  if (removed.length === 0) {
    throw new Error(
      `\`quartet deploy\` has made nothing of that in namespace ${namespace}. --namespace looks elsewhere; \`kubectl get ksvc --all-namespaces\` says where functions are.`,
    )
  }
  process.stdout.write(listed(`To be removed from namespace ${namespace}`, removed))
  if (kept.length > 0) process.stdout.write(listed('Kept, since they may hold data', kept))
  if (!options.yes && !(await isAgreed())) {
    process.stdout.write('Nothing was removed.\n')
    process.exitCode = finding
    return
  }
  await remove(kubectl, removed)
  await forget(kubectl, inventory, removed)
  const outcome = wanted.length > 0 ? 'The rest stays.' : await removeNamespace(kubectl, namespace, kept)
  process.stdout.write(`Removed. ${outcome}\n`)
}

/** @returns what became of it, in words */
async function removeNamespace(kubectl: Kubectl, namespace: string, kept: readonly Entry[]): Promise<string> {
  const stays = `Namespace ${namespace} stays`
  if (!(await isOurs(kubectl, namespace))) return `${stays}: it was there before.`
  const others = kept.length > 0 ? kept.map(nameOf) : await othersIn(kubectl)
  if (others.length > 0) return `${stays}, since it has ${others.join(', ')}.`
  await kubectl.delete([`namespace/${namespace}`])
  return `Namespace ${namespace} was made by a deploy and had nothing else in it, so it is removed too.`
}

async function isAgreed(): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error('Nobody can be asked here. --yes removes without asking.')
  const asking = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return /^y(es)?$/i.test((await asking.question('Remove? [y/N] ')).trim())
  } finally {
    asking.close()
  }
}

function listed(title: string, entries: readonly Entry[]): string {
  return `${title}:\n${entries.map((entry) => `  ${nameOf(entry)}\n`).join('')}`
}
