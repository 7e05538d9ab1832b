// Loaded before a bundle (node --require) while its code cache is made: on SIGUSR2, writes what V8 has compiled of the
// bundle so far to the file that CODE_CACHE names. The same bundle gives the same bytes, wherever it stands.
'use strict'
const { renameSync, writeFileSync } = require('node:fs')
const { setFlagsFromString } = require('node:v8')
const vm = require('node:vm')

const file = process.env.CODE_CACHE

vm.Script = class extends vm.Script {
  constructor(source, options) {
    // The name is in the cache, and replaced where the cache is used.
    super(source, { ...options, filename: 'function.js' })
    process.once('SIGUSR2', () => {
      for (const flag of process.env.CODE_CACHE_FLAGS_UNDONE.split(' ')) setFlagsFromString(flag)
      writeFileSync(`${file}.unfinished`, this.createCachedData())
      renameSync(`${file}.unfinished`, file)
    })
  }
}
