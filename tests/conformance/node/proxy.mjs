// Brings the credential that the conformance suite cannot be given: listens at PORT, and passes everything on to the gateway
// at BASE as it comes and as it goes, with KEY. Whoever hangs up there hangs up here.
import http from 'node:http'

const { BASE, KEY, PORT } = process.env

http
  .createServer((request, response) => {
    // The raw headers, so that the suite's own Host and Origin arrive, and odd ones as they are.
    const headers = [...request.rawHeaders, 'Authorization', `Bearer ${KEY}`]
    const { method, url: path } = request
    const passed = http.request(BASE + path, { method, headers, agent: false, setHost: false }, (answer) => {
      response.writeHead(answer.statusCode, answer.statusMessage, answer.rawHeaders)
      response.flushHeaders()
      answer.pipe(response)
      answer.on('close', () => response.destroy())
    })
    passed.on('error', () => response.destroy())
    response.on('close', () => passed.destroy())
    request.pipe(passed)
  })
  .listen(Number(PORT), '127.0.0.1')
