const { Worker } = require('worker_threads');
const fs = require('fs');
const http = require('http');
const os = require('os');

fs.writeFileSync('/tmp/a', 'b');
const server = http.createServer((request, answer) => answer.end('hello')).listen(8080, '127.0.0.1', () => {
  http.get('http://localhost:8080', (answer) => answer.on('data', (said) => {
    const worker = new Worker('require("worker_threads").parentPort.postMessage(1)', { eval: true });
    worker.on('message', (message) => {
      console.log(String(said), message, os.hostname());
      server.close();
    });
  }));
});
