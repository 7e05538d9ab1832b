import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { build, type Metafile, type Plugin } from 'esbuild'

/**
 * Makes each dynamically imported package, or file of ours with all that it imports, a file of its own beside the bundle.
 * What only some settings or requests need is then neither read nor compiled by a start that does not need it. (esbuild
 * splits ES modules only.) A chunk has its own copy of what the bundle has too: another class of the same name.
 * @param onBuilt is told what went into each chunk
 */
export function chunks(onBuilt: (metafile: Metafile) => void): Plugin {
  return {
    name: 'chunks',
    setup(options) {
      const { initialOptions } = options
      const { outfile } = initialOptions
      if (outfile === undefined) throw new Error('Chunks stand beside the outfile, and there is none.')
      // import() of a file that is not an ES module would bring in the whole loader of ES modules.
      initialOptions.supported = { ...initialOptions.supported, 'dynamic-import': false }
      options.onResolve({ filter: /^[a-z@.]/ }, async ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined
        const chunk = `./chunks/${nameOf(path, resolveDir)}.js`
        const { minify = false, target, format, platform, supported, alias, define } = initialOptions
        const { metafile } = await build({
          stdin: { contents: `export * from '${path}'`, resolveDir },
          outfile: join(dirname(outfile), chunk),
          bundle: true,
          minify,
          ...(supported && { supported }),
          ...(alias && { alias }),
          ...(define && { define }),
          ...(target && { target }),
          ...(format && { format }),
          ...(platform && { platform }),
          // Of an ES module what nobody uses is left out.
          mainFields: ['module', 'main'],
          legalComments: 'linked',
          logLevel: 'warning',
          metafile: true,
        })
        onBuilt(metafile)
        copyWebAssembly(Object.keys(metafile.inputs), join(dirname(outfile), 'chunks'))
        return { path: chunk, external: true }
      })
    },
  }
}

/** The name of a package; of a file, its own after that of its folder. */
function nameOf(path: string, resolveDir: string): string {
  const name = path.startsWith('.') ? join(basename(resolveDir), path).replace(/\.[a-z]+$/, '') : path
  return name.replaceAll(/[^a-z0-9]+/g, '-')
}

/** Packages look for their WebAssembly in the folder of the file that runs, which is the chunk. */
function copyWebAssembly(inputs: readonly string[], folder: string): void {
  for (const input of inputs.filter((path) => path.includes('node_modules/'))) {
    const source = readFileSync(input, 'utf8')
    for (const file of readdirSync(dirname(input))) {
      if (file.endsWith('.wasm') && source.includes(file)) copyFileSync(join(dirname(input), file), join(folder, file))
    }
  }
}
