"""A Jupyter kernel behind standard input and output, a JSON object a line: {"run": code, "cell": name} or
{"interrupt": true} in, what a front end would get out. Its one argument is the folder of the notebook."""

import json
import queue
import sys
import threading

from jupyter_client.manager import KernelManager


lock = threading.Lock()
cells = {}  # by the id of the request


def say(**message):
    with lock:
        print(json.dumps(message), flush=True)


manager = KernelManager(kernel_name=".net-csharp")
manager.start_kernel(cwd=sys.argv[1], stdout=sys.stderr)
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=120)


def forward():
    while True:
        try:
            message = client.get_iopub_msg(timeout=1)
        except queue.Empty:
            continue
        with lock:
            cell = cells.get(message["parent_header"].get("msg_id"))
        say(type=message["msg_type"], cell=cell, content=message["content"])


threading.Thread(target=forward, daemon=True).start()
say(type="ready")
try:
    for line in sys.stdin:
        command = json.loads(line)
        if "run" in command:
            with lock:
                cells[client.execute(command["run"], allow_stdin=False)] = command["cell"]
        else:
            manager.interrupt_kernel()
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
