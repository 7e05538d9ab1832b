// The dead-letter sink: writes each event that nobody took to the log, whole, as one line of JSON. What Knative knows of it
// is in the attributes knativeerrordest (who did not take it), knativeerrorcode and knativeerrordata (the answer).
const { createServer } = require('node:http')

const limitBytes = 16_777_216

const server = createServer((request, response) => {
  const chunks = []
  let bytes = 0
  request.on('data', (chunk) => {
    bytes += chunk.length
    if (bytes <= limitBytes) chunks.push(chunk)
  })
  request.on('end', () => {
    if (request.method !== 'POST') response.writeHead(405, { allow: 'POST' }).end()
    else if (bytes > limitBytes) response.writeHead(413).end()
    else {
      const event = eventOf(request, chunks)
      const line = { level: 'error', time: new Date().toISOString(), msg: 'dead letter', event }
      process.stdout.write(`${JSON.stringify(line)}\n`, () => response.writeHead(202).end())
    }
  })
})

/** The event in its JSON form, from which it can be sent again. */
function eventOf({ headers }, chunks) {
  const body = Buffer.concat(chunks)
  const named = Object.entries(headers).filter(([name]) => name.startsWith('ce-'))
  const attributes = Object.fromEntries(named.map(([name, value]) => [name.slice('ce-'.length), decoded(value)]))
  const mediaType = headers['content-type']
  const context = mediaType === undefined ? attributes : { ...attributes, datacontenttype: mediaType }
  return body.length === 0 ? context : { ...context, data_base64: body.toString('base64') }
}

function decoded(value) {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

server.keepAliveTimeout = 95_000
server.listen(Number(process.env.PORT ?? 8080))
process.once('SIGTERM', () => server.close())
