#!/usr/bin/env python3
"""A fake model for load tests and trials: an OpenAI-compatible endpoint that answers from a script.

    deploy/load/fake_model.py [--port 9100] [--pause 0.2]

Start the chat with --model-base-url http://127.0.0.1:9100/v1 --model fake --model-api-key any. A message with the word
"list" makes it call the tool tasks_find once; to others, and to the tool's result, it answers a sentence.
"""

import argparse
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def reply(request):
    """What the model does next: a tool call, or None for a sentence."""
    messages = request.get("messages", [])
    last = messages[-1] if messages else {}
    if last.get("role") == "user" and "list" in str(last.get("content")) and request.get("tools"):
        return {"name": "tasks_find", "arguments": json.dumps({"status": "open"})}
    return None


def chunks(request):
    """The events of a streamed answer."""
    call = reply(request)
    if call:
        # The signature is what Gemini wants back with the call.
        tool = {"index": 0, "id": "call_1", "type": "function", "function": call, "extra_content": {"google": {"thought_signature": "fake"}}}
        yield {"role": "assistant", "tool_calls": [tool]}, None
    else:
        for word in ("These ", "are ", "your ", "tasks."):
            yield {"role": "assistant", "content": word}, None
    yield {"role": "assistant"}, "tool_calls" if call else "stop"


class Model(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    pause = 0.0

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        time.sleep(self.pause)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for delta, finish in chunks(request):
            self.send({
                "id": "fake", "object": "chat.completion.chunk", "created": 1, "model": request.get("model"),
                "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
                "usage": {"prompt_tokens": 900, "completion_tokens": 30, "total_tokens": 930},
            })
        self.wfile.write(b"data: [DONE]\n\n")

    def send(self, chunk):
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())

    def log_message(self, *_):
        """Nothing is logged: a line for each request would be most of its work."""


def start(port=0, pause=0.0):
    """A listening server; call serve_forever."""
    model = type("Model", (Model,), {"pause": pause})
    return ThreadingHTTPServer(("127.0.0.1", port), model)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description="Serve a fake model.")
    options.add_argument("--port", type=int, default=9100)
    options.add_argument("--pause", type=float, default=0.2, help="seconds before it answers")
    chosen = options.parse_args()
    with start(chosen.port, chosen.pause) as server:
        print(f"http://127.0.0.1:{server.server_address[1]}/v1", flush=True)
        server.serve_forever()
