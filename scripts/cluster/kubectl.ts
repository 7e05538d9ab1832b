import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

import * as z from 'zod/mini'

import { validate } from '../../functions/_runtime/request/validate.ts'
import { isOnPath } from '../on-path.ts'
import { ClusterError, clusterError } from './cluster-error.ts'

/** Which cluster, and where in it; what is left out is as kubectl has it. */
export interface ClusterOptions {
  readonly kubeconfig?: string
  readonly context?: string
  readonly namespace?: string
}

interface RunOptions {
  /** What it reads from its standard input. */
  readonly input?: string
  /** Ends it. */
  readonly signal?: AbortSignal | undefined
}

interface ApplyOptions extends RunOptions {
  /** Ask the server what would come of it, and change nothing. */
  readonly dryRun?: boolean
  /** Take fields from others who manage them. */
  readonly force?: boolean
}

interface LogOptions extends RunOptions {
  readonly container?: string
  /** How many of the last lines. */
  readonly tail?: number
  /** Of the container before the one that runs now. */
  readonly previous?: boolean
}

/** What happened to an object: ADDED as well for what was there when the watch began. */
export interface WatchEvent<Item> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: Item
}

const WatchLine = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.unknown(),
})

const fieldManager = 'quartet'

/**
 * Talks to Kubernetes by kubectl, which knows every way to be let in: kubeconfigs, plugins, proxies.
 * Each method throws a ClusterError that says what to do.
 */
export class Kubectl {
  readonly #where: readonly string[]
  readonly namespace: string | undefined

  constructor({ kubeconfig, context, namespace }: ClusterOptions = {}) {
    this.namespace = namespace
    this.#where = [
      ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
      ...(context === undefined ? [] : [`--context=${context}`]),
      ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
    ]
  }

  /**
   * Runs kubectl to its end.
   * @returns what it printed
   */
  async run(argv: readonly string[], { input, signal }: RunOptions = {}): Promise<string> {
    const child = this.#spawn(argv, signal)
    // One that fails at once does not read its input; why it failed is in what it wrote.
    child.stdin.on('error', () => undefined).end(input ?? '')
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), exitOf(child)])
    if (child.exitCode !== 0) throw failure(argv, stderr, signal)
    return stdout
  }

  /** Runs `kubectl ... -o json`, and reads what it printed: `json(['get', 'ksvc', 'configs'], KnativeService)`. */
  async json<Schema extends z.ZodMiniType>(
    argv: readonly string[],
    schema: Schema,
    options: RunOptions = {},
  ): Promise<z.output<Schema>> {
    return parsed(schema, await this.run([...argv, '--output=json'], options), argv)
  }

  /** Lists objects: `list(['pods', '--selector=app=a'], Pod)`. */
  async list<Schema extends z.ZodMiniType>(
    argv: readonly string[],
    schema: Schema,
    options: RunOptions = {},
  ): Promise<z.output<Schema>[]> {
    return (await this.json(['get', ...argv], z.object({ items: z.array(schema) }), options)).items
  }

  /**
   * Applies manifests on the server's side; the fields are then ours.
   * @param manifests YAML or JSON
   * @returns what was done, a line an object
   */
  apply(manifests: string, { dryRun = false, force = true, ...options }: ApplyOptions = {}): Promise<string> {
    const how = [...(dryRun ? ['--dry-run=server'] : []), ...(force ? ['--force-conflicts'] : [])]
    const argv = ['apply', '--server-side', `--field-manager=${fieldManager}`, ...how, '--filename=-']
    return this.run(argv, { ...options, input: manifests })
  }

  /** Changes an object by a merge patch, or by a JSON patch where the patch is a list. */
  patch(object: string, patch: object, options: RunOptions = {}): Promise<string> {
    const argv = [
      'patch',
      object,
      `--type=${Array.isArray(patch) ? 'json' : 'merge'}`,
      `--patch=${JSON.stringify(patch)}`,
    ]
    return this.run([...argv, `--field-manager=${fieldManager}`], options)
  }

  /** Deletes objects, such as `service.serving.knative.dev/configs`; those that are gone already are no error. */
  delete(argv: readonly string[], options: RunOptions = {}): Promise<string> {
    return this.run(['delete', ...argv, '--ignore-not-found'], options)
  }

  /** What a container of a pod has logged. */
  logs(pod: string, { container, tail, previous = false, ...options }: LogOptions = {}): Promise<string> {
    const which = [
      ...(container === undefined ? [] : [`--container=${container}`]),
      ...(tail === undefined ? [] : [`--tail=${tail}`]),
      ...(previous ? ['--previous'] : []),
    ]
    return this.run(['logs', pod, ...which], options)
  }

  /**
   * Tells what is there, and then what happens: `watch(['pods'], Pod)`. It ends when the signal comes, when the loop is
   * left, and when the server closes the connection, as it does after some minutes: then begin again.
   */
  async *watch<Schema extends z.ZodMiniType>(
    argv: readonly string[],
    schema: Schema,
    signal?: AbortSignal,
  ): AsyncGenerator<WatchEvent<z.output<Schema>>, void, undefined> {
    const command = ['get', ...argv, '--watch', '--output-watch-events', '--output=json']
    const child = this.#spawn(command, signal)
    child.stdin.end()
    const stderr = text(child.stderr)
    const exit = exitOf(child)
    try {
      for await (const line of createInterface({ input: child.stdout })) {
        const { type, object } = parsed(WatchLine, line, argv)
        if (type === 'BOOKMARK') continue
        // What was known is too old to go on from; a new watch begins with what is there.
        if (type === 'ERROR') return
        yield { type, object: valid(schema, object, argv) }
      }
      await exit
      if (child.exitCode !== 0 && !signal?.aborted) throw failure(command, await stderr, signal)
    } finally {
      child.kill()
      await exit.catch(() => undefined)
    }
  }

  #spawn(argv: readonly string[], signal: AbortSignal | undefined) {
    const child = spawn('kubectl', [...this.#where, ...argv], { stdio: 'pipe', signal })
    // exitOf() tells it; an aborted one that nobody waits for must not end the process.
    child.on('error', () => undefined)
    return child
  }
}

/** Waits until a child has ended, however that came. */
async function exitOf(child: ChildProcess): Promise<void> {
  try {
    await once(child, 'close')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw isOnPath('kubectl') ? error : new ClusterError('no kubectl', noKubectl)
    }
    // Aborted: it ends soon.
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  }
}

const noKubectl =
  'kubectl is not on the PATH, and this command talks to clusters by it: https://kubernetes.io/docs/tasks/tools/'

function failure(argv: readonly string[], stderr: string, signal: AbortSignal | undefined): ClusterError {
  if (signal?.aborted) return new ClusterError('interrupted', `kubectl ${argv[0] ?? ''} was interrupted.`)
  return clusterError(argv, stderr)
}

function parsed<Schema extends z.ZodMiniType>(schema: Schema, json: string, argv: readonly string[]): z.output<Schema> {
  try {
    return valid(schema, JSON.parse(json), argv)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new ClusterError('failed', `kubectl ${argv.join(' ')} printed no JSON: ${json.slice(0, 200)}`)
  }
}

function valid<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
  argv: readonly string[],
): z.output<Schema> {
  const result = validate(schema, value)
  if (result.success) return result.value
  const flaws = result.flaws.map(({ path, message }) => `${path.join('.')}: ${message}`).join(', ')
  throw new ClusterError('failed', `kubectl ${argv.join(' ')} answers in a form that is not known here: ${flaws}`)
}
