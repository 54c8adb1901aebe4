// Answers every request with a kibibyte that begins with what lies in the file "text".
const text = require("node:fs").readFileSync("text", "utf8");
const body = Buffer.from(text.padEnd(1024, "."));
const server = require("node:http").createServer((_, answer) => {
  answer.writeHead(200, { "Content-Type": "text/plain", "Content-Length": body.length });
  answer.end(body);
});
server.listen(Number(process.env.PORT), "127.0.0.1");
