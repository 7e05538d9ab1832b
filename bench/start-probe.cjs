// Loaded before a program (node --require): when it listens, writes to the file that START_PROBE names when its start began
// and how far it was when, in milliseconds since then.
'use strict'
const { writeFileSync } = require('node:fs')
const { Server } = require('node:net')
const { performance } = require('node:perf_hooks')

const { timeOrigin, nodeTiming } = performance
let loadedMs
// What is put off here comes when the program's modules have run.
process.nextTick(() => {
  loadedMs = performance.now()
})
const listen = Reflect.get(Server.prototype, 'listen')
Server.prototype.listen = function (...argv) {
  this.once('listening', () => {
    const listeningMs = performance.now()
    setImmediate(() => {
      const { bootstrapComplete: bootedMs } = nodeTiming
      writeFileSync(process.env.START_PROBE, JSON.stringify({ timeOrigin, bootedMs, loadedMs, listeningMs }))
    })
  })
  return Reflect.apply(listen, this, argv)
}
