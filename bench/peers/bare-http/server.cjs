// The floor: what Node's own server costs when it does nothing.
const { createServer } = require('node:http')

createServer((request, response) => {
  request.resume()
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  response.end('OK')
}).listen(Number(process.env.PORT), '127.0.0.1')
