"""A real MCP client that does what it is told: one JSON command per line in, one JSON answer per line out.

Its only argument is JSON: {"name", "version", "mode"} and either {"url", "token"} or {"command", "args", "env"}.
"""

import asyncio
import json
import sys
from contextlib import AsyncExitStack

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import Implementation


def answer(value):
    print(json.dumps(value), flush=True)


async def transport(stack, config):
    if "command" in config:
        return StdioServerParameters(command=config["command"], args=config["args"], env=config["env"])
    headers = {"Authorization": f"Bearer {config['token']}"}
    http = await stack.enter_async_context(httpx2.AsyncClient(headers=headers, timeout=30, trust_env=False))
    return streamable_http_client(config["url"], http_client=http)


async def obey(client, command):
    match command["do"]:
        case "tools":
            listed = await client.list_tools()
            return {"tools": sorted(tool.name for tool in listed.tools)}
        case "call":
            result = await client.call_tool(command["tool"], command["arguments"])
            text = "".join(block.text for block in result.content if block.type == "text")
            return {"is_error": bool(result.is_error), "text": text, "structured": result.structured_content}
        case other:
            raise ValueError(f"unknown command {other}")


async def main():
    config = json.loads(sys.argv[1])
    me = Implementation(name=config["name"], version=config["version"])
    async with AsyncExitStack() as stack:
        server = await transport(stack, config)
        client = await stack.enter_async_context(Client(server, client_info=me, mode=config["mode"]))
        answer({"protocol": str(client.protocol_version)})
        while line := await asyncio.to_thread(sys.stdin.readline):
            try:
                answer(await obey(client, json.loads(line)))
            except Exception as error:  # the test decides what an error means
                answer({"failed": f"{type(error).__name__}: {error}"})


asyncio.run(main())
