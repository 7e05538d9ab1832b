// Sends requests at a steady rate, each target its own, until its time is over. It is given to Node as an argument in a
// container that has nothing else, so it imports only what Node has. Answers are not judged here: the series of the
// revisions are.
import { Agent, request } from 'node:http'
import { inflateRawSync } from 'node:zlib'

const { targets, rate, requests, seconds } = JSON.parse(process.env.LOAD ?? '')
const pictureBytes = 784
const timeoutMs = 10_000
/** A target that does not answer is not given ever more to do. */
const mostOpen = 50

const turns = requests.flatMap(({ pictures, ...each }) => (pictures ? withPictures(each, pictures) : [each]))
const agent = new Agent({ keepAlive: true, maxSockets: mostOpen })
const endAt = Date.now() + seconds * 1_000
const started = Date.now()

for (const target of targets) {
  let sent = 0
  let open = 0
  const timer = setInterval(() => {
    if (Date.now() >= endAt) return clearInterval(timer)
    const due = ((Date.now() - started) / 1_000) * rate
    for (; sent < due; sent += 1) {
      if (open >= mostOpen) continue
      open += 1
      void send(target, turns[sent % turns.length], Math.floor(sent / turns.length)).then(() => (open -= 1))
    }
  }, 20)
}

process.on('SIGTERM', () => process.exit())

function withPictures(each, packed) {
  const bytes = inflateRawSync(Buffer.from(packed, 'base64'))
  return Array.from({ length: bytes.length / pictureBytes }, (_, index) => {
    return { ...each, body: bytes.subarray(index * pictureBytes, (index + 1) * pictureBytes) }
  })
}

function send(target, { method, path, contentType, body }, turn) {
  // Two targets can have one store: neither removes what the other has made.
  const own = `${targets.indexOf(target)}-${turn}`
  const content = typeof body === 'string' ? body.replaceAll('{n}', own) : body
  return new Promise((resolve) => {
    const outgoing = request(`${target}${path.replaceAll('{n}', own)}`, {
      method,
      agent,
      timeout: timeoutMs,
      headers:
        content === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(content) },
    })
    outgoing.on('response', (incoming) => incoming.resume().on('close', resolve))
    outgoing.on('timeout', () => outgoing.destroy())
    outgoing.on('error', resolve)
    outgoing.end(content)
  })
}
