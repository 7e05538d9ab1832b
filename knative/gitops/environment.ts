import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { type Document, isMap, isSeq, parseDocument, type YAMLMap } from 'yaml'

const unset = `sha256:${'0'.repeat(64)}`

/** What an environment has changed to, a line each. */
export interface Change {
  readonly image: string
  readonly from: string
  readonly to: string
}

/** An environment's kustomization, of which only the digests of the images change; comments and order stay. */
export class Environment {
  readonly #file: string
  readonly #document: Document

  private constructor(file: string, document: Document) {
    this.#file = file
    this.#document = document
  }

  /**
   * @param folder where the environments are
   * @throws Error when there is none of that name
   */
  static read(name: string, folder = join(import.meta.dirname, 'environments')): Environment {
    const file = join(folder, name, 'kustomization.yaml')
    if (!existsSync(file)) throw new Error(`There is no environment ${name}: ${file} is not there.`)
    return new Environment(file, parseDocument(readFileSync(file, 'utf8')))
  }

  /** The digests by the names of the images, such as `registry.example/quartet/quartet-configs`; undefined is none yet. */
  get digests(): ReadonlyMap<string, string | undefined> {
    return new Map(
      this.#images().map((image) => {
        const digest = String(image.get('digest'))
        return [String(image.get('name')), digest === unset ? undefined : digest]
      }),
    )
  }

  /**
   * Takes digests over, and writes the file.
   * @throws Error, and writes nothing, when an image is not among the environment's or a digest is none
   */
  take(digests: ReadonlyMap<string, string>): Change[] {
    const images = new Map(this.#images().map((image) => [String(image.get('name')), image]))
    const changes = [...digests].map(([name, to]) => {
      const image = images.get(name)
      if (!image) throw new Error(`${this.#file} has no image ${name}; it has ${[...images.keys()].join(', ')}.`)
      if (!/^sha256:[0-9a-f]{64}$/.test(to))
        throw new Error(`${to} is no digest, which is sha256: and 64 hexadecimal digits.`)
      return { node: image, change: { image: name, from: String(image.get('digest')), to } }
    })
    const made = changes.filter(({ change }) => change.from !== change.to)
    for (const { node, change } of made) node.set('digest', change.to)
    if (made.length > 0) writeFileSync(this.#file, this.#document.toString({ lineWidth: 0 }))
    return made.map(({ change }) => change)
  }

  #images(): YAMLMap[] {
    const images = this.#document.get('images')
    if (!isSeq(images)) throw new Error(`${this.#file} names no images.`)
    return images.items.filter((item) => isMap(item))
  }
}
