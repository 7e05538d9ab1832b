import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'

import { Command, Option } from 'commander'
import * as z from 'zod/mini'

import type { FileConfig } from '../../functions/configs/bulk/config-file.ts'
import { ImportResult } from '../../functions/configs/schema.ts'
import { differences } from '../bulk/differences.ts'
import { writeExport } from '../bulk/export-file.ts'
import { Progress } from '../bulk/progress.ts'
import { download, tokenOf, upload, type Address } from '../bulk/service.ts'
import { configsOf } from '../bulk/stored-file.ts'
import { finding, usageError } from '../exit-codes.ts'
import { reasonOf } from '../reason.ts'

interface Options {
  readonly url: string
  readonly tokenFile?: string
  readonly prefix?: string
}

interface ImportOptions extends Options {
  readonly mode: string
  readonly dryRun?: true
}

export function configsCommand(): Command {
  return new Command('configs')
    .description('Export configs to a file, import them from one, or compare the two.')
    .addHelpText(
      'after',
      `
FILE has a config in each line; - is standard input or output. A token is taken from --token-file or QUARTET_TOKEN.

Examples:
  quartet configs export configs.ndjson
  quartet configs import --dry-run configs.ndjson
  quartet configs import --mode mirror --prefix datacenter- configs.ndjson
  quartet configs diff configs.ndjson && echo "nothing has changed"
  quartet configs export - --url https://configs.example.com | gzip > configs.ndjson.gz`,
    )
    .addCommand(exportCommand())
    .addCommand(importCommand())
    .addCommand(diffCommand())
}

function exportCommand(): Command {
  return common('export', 'how the names begin that are exported')
    .description('Write all configs to a file, by name, as they are at one moment.')
    .addHelpText('after', '\nThe file is there when it is whole.\n\nExamples:\n  quartet configs export configs.ndjson')
    .action((file: string, options: Options) =>
      attempt(finding, async () => {
        const progress = new Progress(process.stderr, 'read')
        const chunks = await download(await addressOf(options), `/export${queryOf({ prefix: options.prefix })}`)
        const configs = await writeExport(chunks, progress.counter(), file).finally(() => progress.clear())
        const summary = file === '-' ? process.stderr : process.stdout
        summary.write(`${configs} configs were exported.\n`)
      }),
    )
}

function importCommand(): Command {
  return common('import', 'how all names of the file begin; with --mode mirror needed, empty for all')
    .description('Bring the configs of a file into the store, all or none.')
    .addOption(
      new Option('--mode <mode>', 'upsert replaces, create only creates, mirror also removes what the file has not')
        .choices(['upsert', 'create', 'mirror'])
        .default('upsert'),
    )
    .option('--dry-run', 'only say what would be done')
    .addHelpText('after', '\nExamples:\n  quartet configs import --dry-run configs.ndjson')
    .action((file: string, options: ImportOptions) =>
      attempt(finding, async () => {
        const { prefix, mode, dryRun } = options
        const query = queryOf({ prefix, mode, dryRun: dryRun && 'true' })
        const progress = new Progress(process.stderr, 'sent', file === '-' ? undefined : (await stat(file)).size)
        const sent = readable(file).compose(progress.counter()) as Readable
        const answer = await upload(await addressOf(options), `/import${query}`, sent).finally(() => progress.clear())
        process.stdout.write(`${summaryOf(z.parse(ImportResult, JSON.parse(answer)))}\n`)
      }),
    )
}

function diffCommand(): Command {
  return common('diff', 'how the names begin that are compared')
    .description('Compare the configs of a file with those that are stored.')
    .addHelpText(
      'after',
      `
Prints a line for each difference: "+" is in the file only, "-" is stored only, "~" is another document.
Exit codes, as those of diff: 0 none, 1 some, 2 they could not be compared.

Examples:
  quartet configs diff configs.ndjson`,
    )
    .action((file: string, options: Options) =>
      attempt(usageError, async () => {
        const { prefix = '' } = options
        const stored = storedConfigs(await addressOf(options), prefix)
        for await (const { kind, name } of differences(configsOf(readable(file)), stored, prefix)) {
          process.stdout.write(`${kind} ${name}\n`)
          process.exitCode = finding
        }
      }),
    )
}

/** Asks when the first is wanted, which is when the file was read and has no flaw. */
async function* storedConfigs(address: Address, prefix: string): AsyncGenerator<FileConfig, void, undefined> {
  yield* configsOf(await download(address, `/export${queryOf({ prefix })}`))
}

function common(name: string, prefix: string): Command {
  return new Command(name)
    .argument('<file>', 'a config in each line; - is standard input or output')
    .option('--url <url>', 'where configs answers', 'http://localhost:8080')
    .option('--prefix <prefix>', prefix)
    .option('--token-file <file>', 'what has the token, instead of QUARTET_TOKEN')
}

async function attempt(failure: number, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`)
    process.exitCode = failure
  }
}

async function addressOf({ url, tokenFile }: Options): Promise<Address> {
  if (!URL.canParse(url)) throw new Error(`"${url}" is no URL, such as http://localhost:8080.`)
  return { url, token: await tokenOf(tokenFile, process.env) }
}

function queryOf(parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return `?${new URLSearchParams(given).toString()}`
}

function readable(file: string): Readable {
  return file === '-' ? process.stdin : createReadStream(file)
}

function summaryOf({ dryRun, created, replaced, unchanged, removed }: z.output<typeof ImportResult>): string {
  const counts = `${created} created, ${replaced} replaced, ${unchanged} unchanged, ${removed} removed`
  return dryRun ? `Would be: ${counts}. Nothing was changed.` : `${counts}.`
}
