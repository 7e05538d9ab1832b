import type { Plugin } from 'esbuild'

/**
 * Loads modules of Node's only when something of them is used, in a package that imports them at its top.
 * @param importer matches the files of the package
 * @param names such as tls
 */
export function lazyBuiltins(importer: RegExp, names: readonly string[]): Plugin {
  const namespace = `lazy-builtins-${importer.source}`
  return {
    name: 'lazy-builtins',
    setup(build) {
      build.onResolve({ filter: new RegExp(`^(node:)?(${names.join('|')})$`) }, ({ path, importer: file }) => {
        return importer.test(file) ? { path: path.replace(/^node:/, ''), namespace } : undefined
      })
      build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
        contents: `export default new Proxy({}, { get: (_, name) => process.getBuiltinModule('${path}')[name] })`,
      }))
    },
  }
}
