// Makes dist/NAME of every function: one minified CommonJS file, function.js, the code that V8 compiles of it, and the
// index.js that runs the two. It is both the program of its image (`node dist/NAME`) and the source for
// functions-framework (`--source=dist/NAME`). dist/migrate runs the migrations of all. `npm run build` runs this.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { build } from 'esbuild'

import { findOverruns } from './bundle/budget.ts'
import { makeCodeCache } from './bundle/code-cache.ts'
import { copyFiles, copyMigrations } from './bundle/files.ts'
import { writePage } from './bundle/pages.ts'
import { chunks } from './bundle/plugins/chunks.ts'
import { lazyBuiltins } from './bundle/plugins/lazy-builtins.ts'
import { onnxruntimeBinding } from './bundle/plugins/onnxruntime-binding.ts'
import { reportOf } from './bundle/report.ts'
import { treemapOf } from './bundle/treemap.ts'
import { functions } from './functions/list.ts'

const root = import.meta.dirname
const dist = join(root, 'dist')
const absent = join(root, 'bundle/absent.cjs')

/**
 * @param {string} name
 * @param {string} contents of the file that it begins with
 * @param {import('esbuild').Metafile[]} chunkMetafiles
 */
function optionsOf(name, contents, chunkMetafiles) {
  return /** @satisfies {import('esbuild').BuildOptions} */ ({
    stdin: { contents, resolveDir: root, sourcefile: `${name}.entry.ts`, loader: 'ts' },
    outfile: join(dist, name, 'function.js'),
    bundle: true,
    minify: true,
    platform: 'node',
    // Importing node:http from an ES module loads undici: 70 ms to the first answer, against 37 from CommonJS.
    format: 'cjs',
    target: 'node24',
    define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__filename', 'import.meta.main': 'isMain' },
    banner: { js: 'const isMain=require.main===module;' },
    alias: {
      'sonic-boom': absent,
      'thread-stream': absent,
      // The form that has its WebAssembly in it: the other reads it from where its own file is.
      '@platformatic/wasm-utils': '@platformatic/wasm-utils/bundled',
    },
    legalComments: 'linked',
    metafile: true,
    logLevel: 'warning',
    plugins: [
      chunks((metafile) => chunkMetafiles.push(metafile)),
      onnxruntimeBinding(),
      // TLS takes 8 ms to load, and a database inside a cluster seldom has it.
      lazyBuiltins(/node_modules\/postgres\//, ['crypto', 'tls']),
    ],
  })
}

/** @param {string} name */
function entryOf(name) {
  return `
    import { leaveRequestsToFunctions } from './functions/_runtime/host/framework.ts'
    import { serve } from './functions/_runtime/process/serve.ts'
    import { ${name} } from './functions/${name}/index.ts'

    export { ${name} }
    declare const codeCache: string
    if (import.meta.main) void serve(${name}, codeCache)
    else leaveRequestsToFunctions()
  `
}

/** What brings databases up to date on a cluster: no function, and so small that a code cache would gain it nothing. */
async function buildMigrate() {
  const name = 'migrate'
  const folder = join(dist, name)
  const contents = `
    import { runMigrations } from './scripts/migrate-program.ts'

    void runMigrations(require('node:path').join(__dirname, 'functions'), process.argv.slice(2), process.env)
  `
  const chunkMetafiles = []
  const { metafile } = await build(optionsOf(name, contents, chunkMetafiles))
  copyMigrations(join(root, 'functions'), folder)
  return reportOf(name, metafile, chunkMetafiles, folder)
}

rmSync(dist, { recursive: true, force: true })
mkdirSync(dist)
// The folders are CommonJS, though the package around them is not.
writeFileSync(join(dist, 'package.json'), '{"type":"commonjs"}\n')
const reports = await Promise.all(
  Object.entries(functions).map(async ([name, load]) => {
    const source = join(root, 'functions', name)
    const folder = join(dist, name)
    const chunkMetafiles = []
    const { metafile } = await build(optionsOf(name, entryOf(name), chunkMetafiles))
    copyFiles(source, folder)
    const pageMetafiles = await writePage(source, folder)
    await makeCodeCache(await load(), folder, source)
    return reportOf(name, metafile, [...chunkMetafiles, ...pageMetafiles], folder)
  }),
)
reports.push(await buildMigrate())
writeFileSync(join(dist, 'report.json'), `${JSON.stringify(reports, null, 2)}\n`)
writeFileSync(join(dist, 'report.svg'), treemapOf(reports))

for (const { name, bundleBytes, largest } of reports) {
  const parts = largest.slice(0, 5).map(({ part, bytes }) => `${part} ${Math.round(bytes / 1024)}`)
  console.log(`${name.padEnd(8)} ${String(Math.round(bundleBytes / 1024)).padStart(4)} KB  (${parts.join(', ')})`)
}
const overruns = findOverruns(reports)
for (const overrun of overruns) console.error(overrun)
process.exitCode = overruns.length > 0 ? 1 : 0
