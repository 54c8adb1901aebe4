# ContextForge (mcp-contextforge-gateway) as a peer: python3 contextforge.py prepare URL, and then serve PORT
#
# What it is given, so that the comparison is fair to it:
# - A process for each processor, behind one socket, with uvloop and httptools. None of them answers before all do.
# - SQLite, on the disk that is measured. It writes nothing for a call, where Mainstay writes down every one.
# - No authentication: every caller is its administrator. That is faster than a token, and Mainstay, which asks for a key
#   and counts by it, is measured with it.
# - The tool as an interface of REST (the URL above) instead of a server of MCP, which takes it more processor time,
#   whether it opens a session for each call or keeps one. A server on standard input and output, as Mainstay has one
#   behind it, it reaches only over a bridge.
# - Its endpoint of JSON-RPC, /rpc, instead of the one of MCP, which takes a little more processor time for the same call.
# - No limit of requests, lock-out, plugin, page, metric, log, compression or further header, and no check of where the
#   tool's address leads.
# - No certificates to verify: it would load all that the system trusts anew for each call, though no call here is
#   encrypted, and that alone takes longer than all the rest.

import asyncio
import ctypes
import os
import signal
import socket
import sys
from multiprocessing import get_context

SECRETS = [
    'AUTH_ENCRYPTION_SECRET', 'BASIC_AUTH_PASSWORD', 'DEFAULT_USER_PASSWORD', 'JWT_SECRET_KEY', 'PLATFORM_ADMIN_PASSWORD',
]
SECRET = 'As-long-and-as-hard-to-guess-as-a-secret-has-to-be-1'
ON = ['ALLOW_UNAUTHENTICATED_ADMIN', 'MCP_CLIENT_AUTH_ENABLED', 'SKIP_SSL_VERIFY', 'SSRF_ALLOW_LOCALHOST']
OFF = [
    'AUTH_REQUIRED', 'CLIENT_DISCONNECT_MIDDLEWARE_ENABLED', 'COMPRESSION_ENABLED', 'CORRELATION_ID_ENABLED',
    'CORS_ENABLED', 'CSRF_ENABLED', 'DB_METRICS_RECORDING_ENABLED', 'EMAIL_AUTH_ENABLED', 'ENABLE_METRICS',
    'HEADER_SIZE_VALIDATION_ENABLED', 'LLMCHAT_ENABLED', 'LOG_REQUESTS', 'MCPGATEWAY_A2A_ENABLED',
    'MCPGATEWAY_ADMIN_API_ENABLED', 'MCPGATEWAY_CATALOG_ENABLED', 'MCPGATEWAY_TOOL_CANCELLATION_ENABLED',
    'MCPGATEWAY_UI_ENABLED', 'MCP_REQUIRE_AUTH', 'METRICS_AGGREGATION_ENABLED', 'METRICS_CLEANUP_ENABLED',
    'METRICS_ROLLUP_ENABLED', 'OBSERVABILITY_ENABLED', 'PERFORMANCE_TRACKING_ENABLED', 'PLUGINS_ENABLED',
    'RATE_LIMITING_ENABLED', 'RATE_LIMIT_LOCKOUT_ENABLED', 'SECURITY_HEADERS_ENABLED', 'SSRF_PROTECTION_ENABLED',
    'STRUCTURED_LOGGING_ENABLED', 'TOKEN_USAGE_LOGGING_ENABLED',
]

os.environ.update(
    DATABASE_URL=f'sqlite:///{os.getcwd()}/contextforge.db',
    CACHE_TYPE='memory',
    ENVIRONMENT='production',
    LOG_LEVEL='CRITICAL',
    TOOL_RATE_LIMIT='1000000000',
    **dict.fromkeys(ON, 'true'),
    **dict.fromkeys(OFF, 'false'),
    **dict.fromkeys(SECRETS, SECRET),
)


async def prepare(url):
    """Makes the database, with the tool in it."""
    from mcpgateway import bootstrap_db
    from mcpgateway.db import SessionLocal
    from mcpgateway.schemas import ToolCreate
    from mcpgateway.services.tool_service import ToolService

    await bootstrap_db.main()
    schema = {'type': 'object', 'properties': {'text': {'type': 'string'}}}
    tool = ToolCreate(
        name='answer', description='Answers.', url=url, integration_type='REST', request_type='POST', input_schema=schema
    )
    with SessionLocal() as database:
        await ToolService().register_tool(database, tool, visibility='public')


def work(listener, start):
    """Is one of the processes that serve, until the first one ends."""
    end_with_parent = 1  # PR_SET_PDEATHSIG of prctl(2)
    ctypes.CDLL(None).prctl(end_with_parent, signal.SIGKILL)
    import uvicorn
    from mcpgateway.main import app

    async def together(scope, receive, send):
        async def send_with_others(message):
            if message['type'] == 'lifespan.startup.complete':
                start.wait()
            await send(message)

        await app(scope, receive, send_with_others if scope['type'] == 'lifespan' else send)

    config = uvicorn.Config(together, loop='uvloop', http='httptools', log_level='critical', access_log=False)
    uvicorn.Server(config).run(sockets=[listener])


def serve(port):
    context = get_context('fork')
    count = os.cpu_count()
    start = context.Barrier(count)
    listener = socket.create_server(('127.0.0.1', port))
    workers = [context.Process(target=work, args=(listener, start)) for _ in range(count)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if sys.argv[1] == 'prepare':
    # An error in one line, which the bench quotes.
    sys.tracebacklimit = 0
    asyncio.run(prepare(sys.argv[2]))
else:
    serve(int(sys.argv[2]))
