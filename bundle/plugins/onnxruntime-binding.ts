import { copyFileSync, mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { Plugin } from 'esbuild'

/** The two files of 301 MB that a function needs; the library is found beside the binding by its run path. */
const libraries: Readonly<Record<string, string>> = { linux: 'libonnxruntime.so.1', darwin: 'libonnxruntime.1.dylib' }
const bindingName = 'onnxruntime_binding.node'

/** Bundles onnxruntime-node's JavaScript and puts its native binding beside the bundle. */
export function onnxruntimeBinding(): Plugin {
  const { platform, arch } = process
  return {
    name: 'onnxruntime-binding',
    setup(options) {
      const { outfile } = options.initialOptions
      if (outfile === undefined) throw new Error('The binding stands beside the outfile, and there is none.')
      options.onLoad({ filter: /onnxruntime-node\/dist\/binding\.js$/ }, async ({ path }) => {
        const library = libraries[platform]
        if (library === undefined) throw new Error(`It is not known which library ONNX Runtime needs on ${platform}.`)
        const native = join(dirname(path), '..', 'bin', 'napi-v6', platform, arch)
        mkdirSync(dirname(outfile), { recursive: true })
        for (const name of [bindingName, library]) copyFileSync(join(native, name), join(dirname(outfile), name))
        const source = await readFile(path, 'utf8')
        const contents = source.replace(/require\(`[^`]*onnxruntime_binding\.node`\)/, `require('./${bindingName}')`)
        if (contents === source)
          throw new Error(`${path} no longer loads its binding in the way that this plugin knows.`)
        return { contents }
      })
      options.onResolve({ filter: new RegExp(`^\\./${bindingName}$`) }, ({ path }) => ({ path, external: true }))
    },
  }
}
