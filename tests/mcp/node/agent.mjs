// The SDK for TypeScript lists and calls, at the address of all servers and at that of one.
import assert from 'node:assert/strict'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

const { BASE, KEY } = process.env

async function connected(path) {
  const headers = { Authorization: `Bearer ${KEY}` }
  const client = new Client({ name: 'agent', version: '1.0.0' })
  await client.connect(new StreamableHTTPClientTransport(new URL(BASE + path), { requestInit: { headers } }))
  return client
}

const all = await connected('/mcp')
const { tools } = await all.listTools()
console.log(`  ${tools.length} tools, the first of them ${tools[0].name}`)
const content = 'written by an agent'
await all.callTool({ name: 'filesystem__write_file', arguments: { path: 'notes/agent.txt', content } })
const read = await all.callTool({ name: 'filesystem__read_file', arguments: { path: 'notes/agent.txt' } })
assert.deepEqual(read.structuredContent, { content, size: content.length })
const missing = await all.callTool({ name: 'filesystem__read_file', arguments: { path: 'none.txt' } })
assert.equal(missing.isError, true)
await assert.rejects(all.callTool({ name: 'nothing__at_all', arguments: {} }), { code: -32602 })
await all.close()

// Somebody forbids a tool: whoever is connected is told, and sees one less.
const watching = await connected('/mcp/filesystem')
const told = new Promise((resolve) => watching.setNotificationHandler(ToolListChangedNotificationSchema, resolve))
await new Promise((resolve) => setTimeout(resolve, 500))
const change = { method: 'PATCH', headers: { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' } }
const forbid = (denied_tools) =>
  fetch(`${BASE}/api/v1/mcp/servers/filesystem`, { ...change, body: JSON.stringify({ denied_tools }) })
assert.equal((await forbid(['write_file'])).status, 200)
await told
const left = (await watching.listTools()).tools.map((tool) => tool.name)
assert.ok(!left.includes('write_file') && left.includes('read_file'), left)
await forbid([])
await watching.close()
console.log('  it was told that a tool was forbidden')

const one = await connected('/mcp/everything')
const sum = await one.callTool({ name: 'get-sum', arguments: { a: 40, b: 2 } })
console.log(`  ${sum.content[0].text}`)
assert.match(sum.content[0].text, /42/)
await one.close()
