#!/usr/bin/env python3
"""Packs, and tries the packages as somebody would who has never seen this repository: with an empty home, an empty
package cache and the text of the packages' own READMEs. Prints what each way in took.

    python3 tests/packages.py [kernel] [jupyter] [program] [tool] [project]    all five where none is named
    python3 tests/packages.py --warm program    with the packages that this user has, but for Grokking's

Jupyter needs Debian's python3-nbclient, and the python3 that has it. A NuGet configuration of the user stays in force."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as tree
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
HOME = pathlib.Path.home()
CACHE = pathlib.Path(os.environ.get("NUGET_PACKAGES", HOME / ".nuget/packages"))
VERSION = tree.parse(ROOT / "Directory.Build.props").find(".//Version").text
KERNEL = json.loads((ROOT / ".config/dotnet-tools.json").read_text())["tools"]["microsoft.dotnet-interactive"]["version"]
ANOTHER_PACKAGE = '#r "nuget: Plotly.NET.CSharp"\nPlotly.NET.CSharp.Chart.Line<int, int, string>([1, 2], [3, 4])'


def blocks(package, language):
    """The code of a package's README."""
    text = (ROOT / "src" / package / "README.md").read_text()
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def require(truth, message):
    if not truth:
        raise AssertionError(message)


class Stranger:
    """Somebody with an empty home and an empty folder."""

    def __init__(self, folder, warm):
        self.folder, self.home = folder / "work", folder / "home"
        self.temporary = folder / "tmp"
        for new in (self.folder, self.home / ".nuget/packages", self.temporary):
            new.mkdir(parents=True)
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in ("NUGET_PACKAGES", "XDG_CACHE_HOME", "XDG_DATA_HOME")},
            "HOME": str(self.home), "TMPDIR": str(self.temporary), "JUPYTER_PATH": str(folder / "jupyter"),
            "PATH": f"{self.home}/.dotnet/tools:{os.environ['PATH']}", "DOTNET_NOLOGO": "1", "DOTNET_CLI_TELEMETRY_OPTOUT": "1",
            # No server may outlive its home.
            "MSBUILDDISABLENODEREUSE": "1", "DOTNET_CLI_USE_MSBUILD_SERVER": "0", "UseSharedCompilation": "false",
        }
        configuration = HOME / ".nuget/NuGet/NuGet.Config"
        if configuration.exists():
            (self.home / ".nuget/NuGet").mkdir()
            shutil.copy(configuration, self.home / ".nuget/NuGet")
        if warm:
            for package in CACHE.iterdir():
                if not package.name.startswith("grokking"):
                    (self.home / ".nuget/packages" / package.name).symlink_to(package)

    def run(self, command):
        done = subprocess.run(
            command, shell=isinstance(command, str), cwd=self.folder, env=self.environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        require(done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}")
        return done.stdout

    def megabytes(self):
        packages = [self.home / ".nuget/packages", self.home / ".dotnet/tools"]
        return sum(file.lstat().st_size for folder in packages for file in folder.rglob("*") if file.is_file() and not file.is_symlink()) / 1e6


def see(outputs):
    """What the notebook of the README shows: a list per cell, of what each output is in text and in HTML."""
    start, train, circle, line = outputs
    require(sum("Ready." in text for text, _ in start) == 1, f"The start says: {start}")
    shown = [text for text, _ in train]
    require("100" in shown[-1] and "grokking-progress" in train[-1][1], f"The training shows: {shown}")
    figures = [json.loads(re.search(r'<script type="application/json">(.*?)</script>', cell[-1][1], re.DOTALL)[1])["data"] for cell in (circle, line)]
    require([len(trace["x"]) for trace in figures[0]] == [99, 99], "The circles have not 99 points each.")
    require(figures[1][0]["y"] == [3, 4], "The line is another.")
    return f"ready, bar, circle of {len(figures[0][0]['x'])} tokens, a chart of Plotly.NET.CSharp"


def kernel(stranger, feed):
    """The kernel that VS Code starts, spoken to as VS Code speaks."""
    start, train, circle = blocks("Grokking.Notebooks", "csharp")
    start = f'#i "nuget: {feed}"\n' + start.replace('Grokking.Notebooks"', f'Grokking.Notebooks, {VERSION}"')
    stranger.run(["dotnet", "tool", "install", "--global", "Microsoft.dotnet-interactive", "--version", KERNEL])
    process = subprocess.Popen(
        [f"{stranger.home}/.dotnet/tools/dotnet-interactive", "stdio", "--default-kernel", "csharp", "--working-dir", str(stranger.folder)],
        cwd=stranger.folder, env=stranger.environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        events = (json.loads(line) for line in process.stdout if line.startswith("{"))
        next(event for event in events if event["eventType"] == "KernelReady")
        outputs = [submit(process, events, f"cell{number}", code) for number, code in enumerate((start, train, circle, ANOTHER_PACKAGE))]
    finally:
        process.kill()
    moves = len(outputs[1])
    require(moves > 2, f"The bar moved {moves} times.")
    return see(outputs)


def submit(process, events, token, code):
    command = {"code": code, "targetKernelName": "csharp"}
    process.stdin.write(json.dumps({"commandType": "SubmitCode", "command": command, "token": token, "routingSlip": []}) + "\n")
    process.stdin.flush()
    outputs = []
    for event in events:
        kind, content = event["eventType"], event["event"]
        if kind in ("DisplayedValueProduced", "DisplayedValueUpdated", "ReturnValueProduced"):
            values = {value["mimeType"]: value["value"] for value in content["formattedValues"]}
            outputs.append((values.get("text/plain", ""), values.get("text/html", "")))
        elif event.get("command", {}).get("token") == token and kind in ("CommandSucceeded", "CommandFailed"):
            require(kind == "CommandSucceeded", f"{code}\n{content.get('message')}")
            return outputs
    raise AssertionError(f"The kernel ended in:\n{code}")


def jupyter(stranger, feed):
    """The same notebook in Jupyter's hands."""
    stranger.run(["dotnet", "nuget", "add", "source", feed, "--name", "grokking"])
    stranger.run(["dotnet", "tool", "install", "--global", "Microsoft.dotnet-interactive", "--version", KERNEL])
    kernels = f"{stranger.environment['JUPYTER_PATH']}/kernels"
    pathlib.Path(kernels).mkdir(parents=True)
    stranger.run(["dotnet-interactive", "jupyter", "install", "--path", kernels])
    import nbformat.v4
    cells = [nbformat.v4.new_code_cell(code) for code in (*blocks("Grokking.Notebooks", "csharp"), ANOTHER_PACKAGE)]
    (stranger.folder / "own.ipynb").write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells)))
    script = ROOT / "tests/Grokking.Notebooks.Tests/Kernel/run_notebook.py"
    stranger.run([sys.executable, str(script), "own.ipynb", ".", "executed.ipynb"])
    executed = nbformat.read(stranger.folder / "executed.ipynb", as_version=4)
    errors = [output for cell in executed.cells for output in cell.outputs if output.output_type == "error"]
    require(not errors, errors)
    return see([[(output.data.get("text/plain", ""), output.data.get("text/html", "")) for output in cell.outputs if "data" in output] for cell in executed.cells])


def chart_page(stranger, command):
    said = stranger.run(command)
    page = (stranger.folder / "circle.html").read_text()
    require(page.count('"mode":"markers+text"') == 2, "The page has not two traces.")
    return f"{said.splitlines()[-1].expandtabs(2)}; circle.html"


def program(stranger, feed):
    """A file-based program."""
    stranger.run(["dotnet", "nuget", "add", "source", feed, "--name", "grokking"])
    (stranger.folder / "circle.cs").write_text(blocks("Grokking", "csharp")[0])
    return chart_page(stranger, ["dotnet", "run", "circle.cs"])


def project(stranger, feed):
    """A reference from a project."""
    stranger.run(["dotnet", "nuget", "add", "source", feed, "--name", "grokking"])
    stranger.run(["dotnet", "new", "console", "--output", "."])
    stranger.run(["dotnet", "add", "package", "Grokking"])
    (stranger.folder / "Program.cs").write_text(re.sub("^#:.*\n", "", blocks("Grokking", "csharp")[0], flags=re.MULTILINE))
    return chart_page(stranger, ["dotnet", "run"])


def tool(stranger, feed):
    """The command, in an empty folder."""
    stranger.run(["dotnet", "nuget", "add", "source", feed, "--name", "grokking"])
    install, *commands = blocks("Grokking.Cli", "")[0].splitlines()
    stranger.run(f"{install} --add-source {feed}")
    said = {command.split()[1]: stranger.run(command) for command in commands}
    require("Fetching Microsoft.dotnet-interactive" in said["report"], said["report"])
    require("Fetching" not in said["export"], said["export"])
    require("Validation first reached 99%" in said["train"], said["train"])
    pages = [stranger.folder / name for name in ("reports/grokking-mlp.html", "grokking-mlp.html")]
    require(all(page.read_text().count("grokking-chart") > 3 for page in pages), "A page lacks its charts.")
    return f"report of {pages[0].stat().st_size / 1e6:.1f} MB, export, {said['train'].splitlines()[-1]}"


def pack(feed):
    said = subprocess.run(
        ["dotnet", "pack", str(ROOT / "Grokking.sln"), "--output", feed, "--verbosity", "minimal", "-p:UseSharedCompilation=false", "-nodeReuse:false"],
        text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    require(said.returncode == 0 and "warning" not in said.stdout, said.stdout)
    packages = sorted(pathlib.Path(feed).iterdir())
    require([package.name for package in packages] == [
        f"{name}.{VERSION}.{kind}" for name in ("Grokking", "Grokking.Cli", "Grokking.Notebooks") for kind in ("nupkg", "snupkg")], packages)
    for package in packages:
        with zipfile.ZipFile(package) as archive:
            for name in archive.namelist():
                require("torch_cpu" not in name and "LibTorchSharp" not in name, f"{package.name} carries {name}.")
                contents = archive.read(name)
                for path in (ROOT, HOME):
                    for encoding in ("utf-8", "utf-16-le"):
                        require(f"{path}/".encode(encoding) not in contents, f"{name} in {package.name} names {path}.")
        print(f"{package.name}: {package.stat().st_size / 1e6:.2f} MB")


WAYS = {way.__name__: way for way in (kernel, jupyter, program, tool, project)}

if __name__ == "__main__":
    chosen = [name for name in sys.argv[1:] if name != "--warm"] or list(WAYS)
    require(all(name in WAYS for name in chosen), f"The ways in are {', '.join(WAYS)}.")
    with tempfile.TemporaryDirectory(prefix="grokking-packages-") as work:
        pack(f"{work}/feed")
        failed = False
        print("\n| way in | seconds | MB of packages | seen |\n|---|---|---|---|", flush=True)
        for name in chosen:
            folder = pathlib.Path(work) / name
            stranger = Stranger(folder, "--warm" in sys.argv)
            start = time.monotonic()
            try:
                seen = WAYS[name](stranger, f"{work}/feed")
            except AssertionError as error:
                failed, seen = True, f"FAILED: {error}"
            print(f"| {name} | {time.monotonic() - start:.0f} | {stranger.megabytes():,.0f} | {seen} |", flush=True)
            shutil.rmtree(folder)
        sys.exit(1 if failed else 0)
