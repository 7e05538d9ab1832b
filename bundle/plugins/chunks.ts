import { dirname, join } from 'node:path'

import { build, type Plugin } from 'esbuild'

/**
 * Makes each dynamically imported package a file of its own beside the bundle. What only some settings need is then
 * neither read nor compiled by a start that does not need it. (esbuild splits ES modules only.)
 */
export function chunks(): Plugin {
  return {
    name: 'chunks',
    setup(options) {
      const { initialOptions } = options
      const { outfile } = initialOptions
      if (outfile === undefined) throw new Error('Chunks stand beside the outfile, and there is none.')
      // import() of a file that is not an ES module would bring in the whole loader of ES modules.
      initialOptions.supported = { ...initialOptions.supported, 'dynamic-import': false }
      options.onResolve({ filter: /^[a-z@]/ }, async ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined
        const chunk = `./chunks/${path.replaceAll(/[^a-z0-9]+/g, '-')}.js`
        const { minify = false, target, format, platform } = initialOptions
        await build({
          stdin: { contents: `export * from '${path}'`, resolveDir },
          outfile: join(dirname(outfile), chunk),
          bundle: true,
          minify,
          ...(target && { target }),
          ...(format && { format }),
          ...(platform && { platform }),
          legalComments: 'linked',
          logLevel: 'warning',
        })
        return { path: chunk, external: true }
      })
    },
  }
}
