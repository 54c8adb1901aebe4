"""The SDK for Python lists and calls, in the newest revision and in the older ones."""

import asyncio
import os

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

URL, KEY = os.environ["BASE"] + "/mcp", os.environ["KEY"]


def client(mode: str) -> Client:
    http = httpx2.AsyncClient(headers={"Authorization": f"Bearer {KEY}"}, timeout=60)
    return Client(streamable_http_client(URL, http_client=http), mode=mode)


def said(result) -> str:
    assert not result.is_error, result
    return "".join(block.text for block in result.content if block.type == "text")


async def look_around(mode: str) -> None:
    async with client(mode) as agent:
        tools = {tool.name for tool in (await agent.list_tools()).tools}
        servers = sorted({name.split("__")[0] for name in tools})
        print(f"  {mode}: {len(tools)} tools of {', '.join(servers)}")
        assert servers == ["everything", "files", "filesystem", "git", "memory", "time"], servers
        assert "hello" in said(await agent.call_tool("everything__echo", {"message": "hello"}))
        assert "UTC" in said(await agent.call_tool("time__get_current_time", {"timezone": "UTC"}))
        assert "On branch" in said(await agent.call_tool("git__git_status", {"repo_path": os.environ["REPOSITORY"]}))
        entity = {"name": mode, "entityType": "mode", "observations": ["it was here"]}
        await agent.call_tool("memory__create_entities", {"entities": [entity]})
        assert mode in said(await agent.call_tool("memory__read_graph", {}))
        assert "[FILE] a.txt" in said(await agent.call_tool("files__list_directory", {"path": os.environ["FOLDER"]}))
        prompts = {prompt.name for prompt in (await agent.list_prompts()).prompts}
        assert any(name.startswith("everything__") for name in prompts), prompts
        resources = [str(resource.uri) for resource in (await agent.list_resources()).resources]
        assert (await agent.read_resource(resources[0])).contents, resources


async def hear_progress() -> None:
    heard = []

    async def listen(progress: float, total: float | None, message: str | None) -> None:
        heard.append(progress)

    async with client("legacy") as agent:
        long = {"duration": 1, "steps": 4}
        await agent.call_tool("everything__trigger-long-running-operation", long, progress_callback=listen)
    print(f"  progress was heard {len(heard)} times")
    assert len(heard) >= 3 and heard == sorted(heard), heard


async def hear_of_changes() -> None:
    """Somebody forbids a tool: whoever listens is told, and sees one less."""
    headers = {"Authorization": f"Bearer {KEY}"}
    server = os.environ["BASE"] + "/api/v1/mcp/servers/filesystem"
    async with client("auto") as agent, httpx2.AsyncClient(headers=headers) as operator:
        async with agent.listen(tools_list_changed=True) as changes:
            (await operator.patch(server, json={"denied_tools": ["write_file"]})).raise_for_status()
            async for change in changes:
                break
        names = [tool.name for tool in (await agent.list_tools()).tools]
        assert "filesystem__write_file" not in names and "filesystem__read_file" in names, names
        (await operator.patch(server, json={"denied_tools": []})).raise_for_status()
    print(f"  it was told: {type(change).__name__}")


async def main() -> None:
    await look_around("auto")
    await look_around("legacy")
    await hear_progress()
    await hear_of_changes()


asyncio.run(main())
