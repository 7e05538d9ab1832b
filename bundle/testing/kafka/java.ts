import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const pom = join(import.meta.dirname, 'pom.xml')
const cache = join(import.meta.dirname, '../../../.quartet/kafka')
const logging = join(import.meta.dirname, 'log4j2.yaml')

/** Small, and soon there: a test sends little. */
const flags = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', `-Dlog4j2.configurationFile=${logging}`]

/**
 * How java is started with Kafka.
 * @returns its arguments, before the class and what is for that
 */
export async function javaArguments(): Promise<string[]> {
  return [...flags, '-cp', join(await libraries(), '*')]
}

/** Runs a class of Kafka to its end. */
export async function runKafka(className: string, ...options: readonly string[]): Promise<string> {
  const { stdout } = await run('java', [...(await javaArguments()), className, ...options], { maxBuffer: 100_000_000 })
  return stdout
}

/** @returns the folder of Kafka's libraries, which Maven fetches once */
async function libraries(): Promise<string> {
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12)
  const folder = join(cache, version)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  const parts = join(cache, `${version}-${process.pid}`)
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${parts}`]
  await run('mvn', ['--quiet', '--batch-mode', '--file', pom, ...goal])
  renameSync(parts, folder)
  return folder
}
