"""The SDK for Python has a person log in: it finds out where, registers itself, and calls tools with what it is given."""

import asyncio
import os
from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider, TokenStorage
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientMetadata

from browser import Browser

BASE, EMAIL, PASSWORD = (os.environ[name] for name in ("BASE", "EMAIL", "PASSWORD"))
CALLBACK = "http://127.0.0.1:8765/callback"


class Memory(TokenStorage):
    tokens = client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


class Person:
    """Goes where the client sends them, says yes, and comes back with what the client is told."""

    def __init__(self):
        self.browser, self.told = Browser(EMAIL, PASSWORD), None

    async def go(self, address):
        left = await asyncio.to_thread(self.browser.visit, address)
        assert left and left.startswith(CALLBACK), left
        self.told = {name: values[0] for name, values in parse_qs(urlsplit(left).query).items()}

    async def come_back(self):
        return AuthorizationCodeResult(code=self.told["code"], state=self.told["state"], iss=self.told["iss"])


async def main():
    for path, name in (("/mcp", "filesystem__list_directory"), ("/mcp/filesystem", "list_directory")):
        memory, person = Memory(), Person()
        metadata = OAuthClientMetadata(client_name="An agent", redirect_uris=[CALLBACK])
        auth = OAuthClientProvider(BASE + path, metadata, memory, person.go, person.come_back)
        http = httpx2.AsyncClient(auth=auth, timeout=60)
        async with Client(streamable_http_client(BASE + path, http_client=http)) as agent:
            assert name in [tool.name for tool in (await agent.list_tools()).tools]
            result = await agent.call_tool(name, {})
            assert not result.is_error, result
        assert memory.tokens.scope == "mcp:read mcp:write", memory.tokens.scope
        print(f"  a person logged in for {path}, and {name} was called")


asyncio.run(main())
