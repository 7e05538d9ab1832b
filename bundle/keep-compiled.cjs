// Loaded before a bundle (node --require) while its code cache is made: on SIGUSR2, writes what V8 has compiled of the
// bundle so far to the file that CODE_CACHE names.
'use strict'
const { renameSync, writeFileSync } = require('node:fs')
const vm = require('node:vm')

const file = process.env.CODE_CACHE

vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options)
    process.once('SIGUSR2', () => {
      writeFileSync(`${file}.unfinished`, this.createCachedData())
      renameSync(`${file}.unfinished`, file)
    })
  }
}
