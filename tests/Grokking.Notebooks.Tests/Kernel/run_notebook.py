"""Runs a notebook as Jupyter does: the notebook, the folder it runs in, and where the executed one goes."""

import sys

import nbclient
import nbformat

notebook = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(
    notebook, kernel_name=".net-csharp", timeout=600, allow_errors=True, resources={"metadata": {"path": sys.argv[2]}}
).execute()
nbformat.validate(notebook)
nbformat.write(notebook, sys.argv[3])
