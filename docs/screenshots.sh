#!/usr/bin/env bash
# Makes the pictures of the README: docs/report.png from the whole run, docs/jupyter.png from 1,000 epochs; some
# five minutes. Needs what .ci/run installs and, for the second, Debian's jupyter-notebook.
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p reports
# Inside the repository, where the kernelspec finds its tool.
folder=$(mktemp -d -p "$PWD/reports")
export JUPYTER_DATA_DIR=$folder/data JUPYTER_CONFIG_DIR=$folder/config
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT

# picture FILE WIDTH HEIGHT ADDRESS [OPTION]…
picture() {
  chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --user-data-dir="$folder/chromium" --hide-scrollbars \
    --virtual-time-budget=15000 --blink-settings=preferredColorScheme=1 \
    --window-size="$2,$3" --screenshot="$1" "${@:5}" "$4" 2> /dev/null
}

dotnet run --project src/Grokking.Cli -- report notebooks/grokking-mlp.ipynb --output "$folder/report.html"
# Of the report, two charts side by side.
style='<style>
  aside, .skip, main > *, details, .permalink { display: none !important; }
  body, main { display: block !important; max-width: none !important; margin: 0 !important; padding: 0 !important; }
  #cell-accuracy-chart, #cell-circles-chart { display: block !important; position: absolute; top: 0; width: 960px; margin: 0; }
  #cell-circles-chart { left: 960px; }
</style>'
awk -v style="$style" '{ print } /<meta charset/ { print style }' "$folder/report.html" > "$folder/charts.html"
picture docs/report.png 1920 712 "file://$folder/charts.html" --force-device-scale-factor=0.75

dotnet tool restore
jupyter kernelspec install --user --name .net-csharp .config/jupyter
sed 's/num_epochs = 20_000/num_epochs = 1_000/' notebooks/grokking-mlp.ipynb > "$folder/source.ipynb"
/usr/bin/python3 tests/Grokking.Notebooks.Tests/Kernel/run_notebook.py "$folder/source.ipynb" notebooks "$folder/grokking-mlp.ipynb"
# Of the notebook that Jupyter ran, three cells; signed, as Jupyter signs what was run in its browser.
/usr/bin/python3 - "$folder/grokking-mlp.ipynb" <<'PYTHON'
import sys
import nbformat
from nbformat.sign import NotebookNotary

notebook = nbformat.read(sys.argv[1], 4)
notebook.cells = [cell for cell in notebook.cells if cell.id in ("imports", "train", "accuracy-chart")]
nbformat.write(notebook, sys.argv[1])
NotebookNotary().sign(notebook)
PYTHON
jupyter notebook --no-browser --allow-root --port=8899 --NotebookApp.token= --NotebookApp.password= 2> "$folder/jupyter.log" &
server=$!
until (: < /dev/tcp/127.0.0.1/8899) 2> /dev/null; do sleep 1; done
# The first visit starts a kernel, the second finds it ready.
for visit in 1 2; do
  picture docs/jupyter.png 1100 1780 "http://127.0.0.1:8899/notebooks/reports/${folder##*/}/grokking-mlp.ipynb" --force-device-scale-factor=0.8
  sleep 8
done
