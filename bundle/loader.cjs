// The index.js of every bundle: runs function.js with the code that V8 has compiled of it before. A cache that this Node
// cannot use is passed over, and the first log line says so.
'use strict'
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { Script } = require('node:vm')

const filename = path.join(__dirname, 'function.js')
const parameters = 'exports, require, module, __filename, __dirname, codeCache'
// esbuild writes ASCII; text of one byte a character is what V8 reads fastest.
const source = `(function (${parameters}) {${readFileSync(filename, 'latin1')}\n})`

function readCache() {
  try {
    return readFileSync(`${filename}.cache`)
  } catch {
    return undefined
  }
}

const cachedData = readCache()
const script = new Script(source, { filename, cachedData })
const codeCache = cachedData === undefined ? 'absent' : script.cachedDataRejected ? 'rejected' : 'accepted'
script.runInThisContext()(exports, require, module, filename, __dirname, codeCache)
