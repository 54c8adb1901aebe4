"""A server that has every tool, resource and prompt that the conformance suite of MCP asks for, in its words.

What it needs to know of its client it asks in its answers (revision 2026-07-28), and only if the client said that it tells.
Served over stdio.
"""

import asyncio
import base64
import io
import json
import struct
import wave
import zlib

import mcp_types as types
from mcp.server.lowlevel import NotificationOptions, Server
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity
from mcp.server.stdio import stdio_server
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler, PromptsListChanged, ToolsListChanged
from mcp.shared.exceptions import MCPError


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def red_pixel() -> str:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head, pixels = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0), zlib.compress(b"\0\xff\0\0")
    return base64_of(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))


def silence() -> str:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 80)
    return base64_of(file.getvalue())


def text(said: str) -> types.TextContent:
    return types.TextContent(text=said)


def image() -> types.ImageContent:
    return types.ImageContent(data=red_pixel(), mime_type="image/png")


def resource(uri: str, kind: str, said: str) -> types.EmbeddedResource:
    return types.EmbeddedResource(resource=types.TextResourceContents(uri=uri, mime_type=kind, text=said))


def answer(*content) -> types.CallToolResult:
    return types.CallToolResult(content=list(content))


# What may be asked of the client.


def form(message: str, properties: dict, required: list[str] | None = None) -> types.ElicitRequest:
    schema = {"type": "object", "properties": properties, "required": sorted(properties) if required is None else required}
    return types.ElicitRequest(params=types.ElicitRequestFormParams(message=message, requested_schema=schema))


def field(message: str, name: str, kind: str = "string") -> types.ElicitRequest:
    return form(message, {name: {"type": kind}})


def thought(prompt: str, most: int = 100) -> types.CreateMessageRequest:
    message = types.SamplingMessage(role="user", content=text(prompt))
    return types.CreateMessageRequest(params=types.CreateMessageRequestParams(messages=[message], max_tokens=most))


def roots() -> types.ListRootsRequest:
    return types.ListRootsRequest()


CAPABILITIES = {"elicitation/create": "elicitation", "sampling/createMessage": "sampling", "roots/list": "roots"}


def can_answer(ctx, request) -> bool:
    has = ctx.session.client_capabilities
    return has is not None and getattr(has, CAPABILITIES[request.method]) is not None


def ask(ctx, requests: dict, state: str | None = None) -> types.InputRequiredResult:
    """Asks nothing that the client did not say it answers: a server must not."""
    missing = {CAPABILITIES[request.method]: {} for request in requests.values() if not can_answer(ctx, request)}
    if missing:
        data = {"requiredCapabilities": missing}
        raise MCPError(types.MISSING_REQUIRED_CLIENT_CAPABILITY, f"The client does not do: {', '.join(missing)}", data)
    return types.InputRequiredResult(input_requests=requests, request_state=state)


def heard(params, *keys: str) -> list | None:
    """What the client answered under these keys, or nothing while one is missing."""
    said = params.input_responses or {}
    return [said[key] for key in keys] if all(key in said for key in keys) else None


def shown(results: list) -> str:
    return json.dumps([result.model_dump(mode="json", by_alias=True, exclude_none=True) for result in results])


def asking(requests: dict, state: str | None = None):
    """A tool that asks until it is answered, and then says what it heard."""

    async def tool(ctx, params):
        said = heard(params, *requests)
        if said is None or params.request_state != state:
            return ask(ctx, requests, state)
        return answer(text(f"state-ok {shown(said)}" if state else shown(said)))

    return tool


# The tools.


def saying(*content):
    async def tool(ctx, params):
        return answer(*content)

    return tool


async def fail(ctx, params):
    return types.CallToolResult(content=[text("This tool intentionally returns an error for testing")], is_error=True)


async def log(ctx, params):
    for said in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        await ctx.session.send_log_message("info", said, related_request_id=ctx.request_id)
        await asyncio.sleep(0.05)
    return answer(text("Logged."))


async def progress(ctx, params):
    for done in (0, 50, 100):
        await ctx.session.report_progress(done, 100)
        await asyncio.sleep(0.05)
    return answer(text("Done."))


async def sample(ctx, params):
    said = heard(params, "answer")
    if said is None:
        return ask(ctx, {"answer": thought(params.arguments["prompt"])})
    return answer(text(f"LLM response: {shown(said)}"))


async def elicit(ctx, params):
    user = {"username": {"type": "string", "description": "User's response"}}
    user["email"] = {"type": "string", "description": "User's email address"}
    said = heard(params, "user")
    if said is None:
        return ask(ctx, {"user": form(params.arguments["message"], user)})
    return answer(text(f"User response: {shown(said)}"))


async def count_rounds(ctx, params):
    if params.request_state == "second" and heard(params, "step2"):
        return answer(text(shown(heard(params, "step2"))))
    if params.request_state == "first" and heard(params, "step1"):
        return ask(ctx, {"step2": field("Step 2: What is your favorite color?", "color")}, "second")
    return ask(ctx, {"step1": field("Step 1: What is your name?", "name")}, "first")


async def ask_what_can_be_answered(ctx, params):
    could = {"name": field("What is your name?", "name"), "greeting": thought("Generate a greeting", 50), "roots": roots()}
    requests = {key: request for key, request in could.items() if can_answer(ctx, request)}
    said = heard(params, *requests)
    return answer(text(shown(said))) if said is not None else ask(ctx, requests)


bus = InMemorySubscriptionBus()
# What is there every other time, so that a list has something to change.
extra = {"tools": False, "prompts": False}


async def change_tools(ctx, params):
    extra["tools"] = not extra["tools"]
    await bus.publish(ToolsListChanged())
    return answer(text("Changed."))


async def change_prompts(ctx, params):
    extra["prompts"] = not extra["prompts"]
    await bus.publish(PromptsListChanged())
    return answer(text("Changed."))


sample_once = asking({"capital_question": thought("What is the capital of France?")})
ask_name = asking({"user_name": field("What is your name?", "name")})
confirm = asking({"confirm": field("Please confirm", "ok", "boolean")}, "asked")
ask_everything = asking(
    {
        "user_name": field("What is your name?", "name"),
        "greeting": thought("Generate a greeting", 50),
        "client_roots": roots(),
    },
    "asked",
)

DEFAULTS = {
    "name": {"type": "string", "default": "John Doe"},
    "age": {"type": "integer", "default": 30},
    "score": {"type": "number", "default": 95.5},
    "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
    "verified": {"type": "boolean", "default": True},
}


def titled(noun: str) -> list[dict]:
    words = ("First", "Second", "Third")
    return [{"const": f"value{at}", "title": f"{word} {noun}"} for at, word in enumerate(words, 1)]


ENUMS = {
    "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
    "titledSingle": {"type": "string", "oneOf": titled("Option")},
    "legacyEnum": {
        "type": "string",
        "enum": ["opt1", "opt2", "opt3"],
        "enumNames": ["Option One", "Option Two", "Option Three"],
    },
    "untitledMulti": {"type": "array", "items": {"type": "string", "enum": ["option1", "option2", "option3"]}},
    "titledMulti": {"type": "array", "items": {"anyOf": titled("Choice")}},
}

NOTHING = {"type": "object", "properties": {}}


def taking(**properties: dict) -> dict:
    return {"type": "object", "properties": properties, "required": sorted(properties)}


# Words of JSON Schema that are easily lost on the way.
CONTACT = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}

# By name: what runs it, and what it takes. The first one takes nothing, as the suite expects.
TOOLS = {
    "test_simple_text": (saying(text("This is a simple text response for testing.")), NOTHING),
    "test_image_content": (saying(image()), NOTHING),
    "test_audio_content": (saying(types.AudioContent(data=silence(), mime_type="audio/wav")), NOTHING),
    "test_embedded_resource": (
        saying(resource("test://embedded-resource", "text/plain", "This is an embedded resource content.")),
        NOTHING,
    ),
    "test_multiple_content_types": (
        saying(
            text("Multiple content types test:"),
            image(),
            resource("test://mixed-content-resource", "application/json", '{"test":"data","value":123}'),
        ),
        NOTHING,
    ),
    "test_error_handling": (fail, NOTHING),
    "test_tool_with_logging": (log, NOTHING),
    "test_logging_tool": (log, NOTHING),
    "test_tool_with_progress": (progress, NOTHING),
    "test_reconnection": (progress, NOTHING),
    "test_sampling": (sample, taking(prompt={"type": "string"})),
    "test_elicitation": (elicit, taking(message={"type": "string"})),
    "test_elicitation_sep1034_defaults": (asking({"user": form("Who are you?", DEFAULTS, [])}), NOTHING),
    "test_elicitation_sep1330_enums": (asking({"choice": form("What will it be?", ENUMS, [])}), NOTHING),
    "test_missing_capability": (sample_once, NOTHING),
    "test_streaming_elicitation": (ask_name, NOTHING),
    "test_trigger_tool_change": (change_tools, NOTHING),
    "test_trigger_prompt_change": (change_prompts, NOTHING),
    "test_input_required_result_elicitation": (ask_name, NOTHING),
    "test_input_required_result_sampling": (sample_once, NOTHING),
    "test_input_required_result_list_roots": (asking({"client_roots": roots()}), NOTHING),
    "test_input_required_result_request_state": (confirm, NOTHING),
    "test_input_required_result_multiple_inputs": (ask_everything, NOTHING),
    "test_input_required_result_multi_round": (count_rounds, NOTHING),
    "test_input_required_result_tampered_state": (confirm, NOTHING),
    "test_input_required_result_capabilities": (ask_what_can_be_answered, NOTHING),
    "json_schema_2020_12_tool": (saying(text("Noted.")), CONTACT),
    "test_header_parameter": (
        saying(text("Noted.")),
        taking(region={"type": "string", "x-mcp-header": "Region"}),
    ),
}


async def list_tools(ctx, params):
    names = [*TOOLS, *(["test_extra_tool"] if extra["tools"] else [])]
    schemas = {name: schema for name, (_, schema) in TOOLS.items()}
    return types.ListToolsResult(
        tools=[
            types.Tool(name=name, description=f"What the suite calls {name}", input_schema=schemas.get(name, NOTHING))
            for name in names
        ]
    )


async def call_tool(ctx, params):
    if params.name not in TOOLS:
        raise MCPError(types.INVALID_PARAMS, f"Unknown tool: {params.name}")
    return await TOOLS[params.name][0](ctx, params)


# The resources.

TEMPLATE = "test://template/{id}/data"


def text_at(uri: str, kind: str, said: str) -> types.TextResourceContents:
    return types.TextResourceContents(uri=uri, mime_type=kind, text=said)


RESOURCES = {
    "test://static-text": text_at("test://static-text", "text/plain", "This is the content of the static text resource."),
    "test://static-binary": types.BlobResourceContents(
        uri="test://static-binary", mime_type="image/png", blob=red_pixel()
    ),
    "test://watched-resource": text_at("test://watched-resource", "text/plain", "This one may change."),
}


async def list_resources(ctx, params):
    return types.ListResourcesResult(
        resources=[
            types.Resource(uri=uri, name=uri.removeprefix("test://"), description="For tests", mime_type=found.mime_type)
            for uri, found in RESOURCES.items()
        ]
    )


async def list_templates(ctx, params):
    template = types.ResourceTemplate(
        uri_template=TEMPLATE, name="template", description="For tests, by ID", mime_type="application/json"
    )
    return types.ListResourceTemplatesResult(resource_templates=[template])


async def read_resource(ctx, params):
    before, after = TEMPLATE.split("{id}")
    id = params.uri.removeprefix(before).removesuffix(after)
    if params.uri == before + id + after and id:
        data = {"id": id, "templateTest": True, "data": f"Data for ID: {id}"}
        return types.ReadResourceResult(contents=[text_at(params.uri, "application/json", json.dumps(data))])
    if params.uri not in RESOURCES:
        raise MCPError(types.INVALID_PARAMS, "Resource not found", {"uri": params.uri})
    return types.ReadResourceResult(contents=[RESOURCES[params.uri]])


# The prompts.


def messages(*content) -> types.GetPromptResult:
    return types.GetPromptResult(messages=[types.PromptMessage(role="user", content=part) for part in content])


async def prompt_simply(ctx, params):
    return messages(text("This is a simple prompt for testing."))


async def prompt_with_arguments(ctx, params):
    one, two = params.arguments["arg1"], params.arguments["arg2"]
    return messages(text(f"Prompt with arguments: arg1='{one}', arg2='{two}'"))


async def prompt_with_resource(ctx, params):
    embedded = resource(params.arguments["resourceUri"], "text/plain", "Embedded resource content for testing.")
    return messages(embedded, text("Please process the embedded resource above."))


async def prompt_with_image(ctx, params):
    return messages(image(), text("Please analyze the image above."))


async def prompt_after_asking(ctx, params):
    said = heard(params, "user_context")
    if said is None:
        return ask(ctx, {"user_context": field("What context should the prompt use?", "context")})
    return messages(text(shown(said)))


# By name: what makes it, and its arguments, all of which are needed.
PROMPTS = {
    "test_simple_prompt": (prompt_simply, []),
    "test_prompt_with_arguments": (prompt_with_arguments, ["arg1", "arg2"]),
    "test_prompt_with_embedded_resource": (prompt_with_resource, ["resourceUri"]),
    "test_prompt_with_image": (prompt_with_image, []),
    "test_input_required_result_prompt": (prompt_after_asking, []),
}


async def list_prompts(ctx, params):
    arguments = {name: takes for name, (_, takes) in PROMPTS.items()}
    if extra["prompts"]:
        arguments["test_extra_prompt"] = []
    return types.ListPromptsResult(
        prompts=[
            types.Prompt(
                name=name,
                description=f"What the suite calls {name}",
                arguments=[types.PromptArgument(name=one, description=f"For tests: {one}", required=True) for one in takes],
            )
            for name, takes in arguments.items()
        ]
    )


async def get_prompt(ctx, params):
    if params.name not in PROMPTS:
        raise MCPError(types.INVALID_PARAMS, f"Unknown prompt: {params.name}")
    return await PROMPTS[params.name][0](ctx, params)


async def complete(ctx, params):
    values = [word for word in ("testimony", "testing", "paris", "party") if word.startswith(params.argument.value)]
    return types.CompleteResult(completion=types.Completion(values=values, total=len(values), has_more=False))


server = Server(
    "fixture",
    version="1.0.0",
    on_list_tools=list_tools,
    on_call_tool=call_tool,
    on_list_resources=list_resources,
    on_list_resource_templates=list_templates,
    on_read_resource=read_resource,
    on_list_prompts=list_prompts,
    on_get_prompt=get_prompt,
    on_completion=complete,
    on_subscriptions_listen=ListenHandler(bus),
)
# State that was tampered with is not taken back.
server.middleware.append(RequestStateBoundary(RequestStateSecurity.ephemeral(), default_audience=server.name))


async def main() -> None:
    changes = NotificationOptions(tools_changed=True, prompts_changed=True)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options(changes))


asyncio.run(main())
