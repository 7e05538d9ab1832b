// Makes a function worse, where FAULT says so: loaded before its bundle, with `node --require`.
const { EventEmitter } = require('node:events')
const { Server } = require('node:http')

const fault = process.env.FAULT
const slowMs = 2_000
let requests = 0

if (fault === 'crash') {
  console.error('It ends before it has begun.')
  process.exit(1)
}

const events = Server.prototype
const emit = Object.getOwnPropertyDescriptor(EventEmitter.prototype, 'emit').value
events.emit = function emitWorse(event, request, ...more) {
  const isUsers = event === 'request' && request.method === 'POST'
  if (!isUsers || fault === undefined) return emit.call(this, event, request, ...more)
  if (fault === 'slow') {
    setTimeout(() => emit.call(this, event, request, ...more), slowMs)
    return true
  }
  requests += 1
  if (fault !== 'errors' || requests % 10 !== 0) return emit.call(this, event, request, ...more)
  const [response] = more
  request.resume()
  response.writeHead(500).end()
  return true
}
