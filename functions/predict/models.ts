import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { notFound, serviceUnavailable } from '../_runtime/reply/problem.ts'
import { Batcher, type BatchLimits } from './batcher.ts'
import type { InferenceMetrics } from './inference-metrics.ts'
import { DigitModel } from './model.ts'

/** Where the committed versions are, one folder each, as Triton lays out a repository of models. */
export const digitsFolder = join(import.meta.dirname, 'assets', 'models', 'digits')

const fileName = 'model.onnx'
const retrySeconds = 5

interface ModelSettings {
  /** Holds VERSION/model.onnx. */
  readonly folder: string
  /** The version that answers who asks for none; the newest where it is not said. */
  readonly version?: string | undefined
  readonly limits: BatchLimits
}

/** The versions of the digit model. One is open from the start; another is opened when it is first asked for. */
export class Models {
  readonly versions: readonly string[]
  readonly defaultVersion: string
  readonly #settings: ModelSettings
  readonly #metrics: InferenceMetrics
  readonly #opening = new Map<string, Promise<Batcher>>()
  readonly #open = new Map<string, Batcher>()
  /** Those that did not open when they were last asked for. */
  readonly #broken = new Set<string>()

  private constructor(
    versions: readonly string[],
    defaultVersion: string,
    settings: ModelSettings,
    metrics: InferenceMetrics,
  ) {
    this.versions = versions
    this.defaultVersion = defaultVersion
    this.#settings = settings
    this.#metrics = metrics
  }

  /** @throws Error when the folder holds no version, or not the one that is wanted, or that one does not run */
  static async open(settings: ModelSettings, metrics: InferenceMetrics): Promise<Models> {
    const { folder, version } = settings
    const versions = await versionsIn(folder)
    const chosen = version ?? versions.at(-1)
    if (chosen === undefined) throw new Error(`${folder} holds no model: there is no VERSION/model.onnx in it.`)
    if (!versions.includes(chosen))
      throw new Error(`${folder} holds the versions ${versions.join(', ')} of the model, and not ${chosen}.`)
    const models = new Models(versions, chosen, settings, metrics)
    await models.get(chosen)
    return models
  }

  /** @throws Problem 404 when there is no such version, 503 when its file does not open */
  get(version = this.defaultVersion): Batcher | Promise<Batcher> {
    return this.#open.get(version) ?? this.#opened(version)
  }

  /** Whether a version answers, as far as is known: one that nobody has asked for opens when somebody does. */
  isReady(version: string): boolean {
    return !this.#broken.has(version)
  }

  /** @throws Problem 404 when there is no such version */
  require(version = this.defaultVersion): void {
    if (this.versions.includes(version)) return
    throw notFound(`There is no version "${version}" of the model; there are: ${this.versions.join(', ')}.`)
  }

  async close(): Promise<void> {
    // What did not open has nothing to give back.
    const closing = [...this.#opening.values()].map(async (opening) => (await opening.catch(() => undefined))?.close())
    await Promise.all(closing)
  }

  #opened(version: string): Promise<Batcher> {
    this.require(version)
    let opening = this.#opening.get(version)
    if (!opening) {
      opening = this.#openNow(version)
      this.#opening.set(version, opening)
      // What failed is tried again by the next who asks.
      opening.catch(() => this.#opening.delete(version))
    }
    return opening
  }

  async #openNow(version: string): Promise<Batcher> {
    const model = await DigitModel.open(join(this.#settings.folder, version, fileName), version).catch(
      (error: unknown) => {
        this.#broken.add(version)
        throw serviceUnavailable(
          `Version ${version} of the model does not open; the log says why.`,
          retrySeconds,
          error,
        )
      },
    )
    await model.warmUp()
    const batcher = new Batcher(model, this.#settings.limits, this.#metrics.of(version))
    this.#open.set(version, batcher)
    this.#broken.delete(version)
    return batcher
  }
}

/** @returns the versions, which are whole numbers, in ascending order */
async function versionsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  return names
    .filter((name) => /^[1-9]\d*$/.test(name) && existsSync(join(folder, name, fileName)))
    .toSorted((one, other) => Number(one) - Number(other))
}
