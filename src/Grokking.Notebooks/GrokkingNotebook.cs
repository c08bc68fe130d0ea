using System.Globalization;
using System.Runtime.CompilerServices;
using Grokking.Charts;
using Grokking.Data;
using Grokking.Runtime;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.CSharp;
using Plotly.NET;
using TorchSharp;
using Chart = Plotly.NET.CSharp.Chart;

namespace Grokking.Notebooks;

/// <summary>What a notebook's first cell calls; a kernel that takes this library from its package has called it by then.</summary>
public static class GrokkingNotebook
{
    private static (string Cell, bool Cdn) _ready;

    /// <summary>
    /// Makes this kernel ready: loads libtorch, teaches it to show charts, tensors, datasets and models, and puts
    /// plotly.js into the page. May be called again at any time, such as after the cell's output was cleared; a second
    /// call in one cell shows nothing more.
    /// </summary>
    /// <param name="cdn">
    /// True draws charts as Plotly.NET.Interactive does, with plotly.js from a content delivery network: a smaller
    /// notebook file that needs the internet whenever it is read.
    /// </param>
    /// <exception cref="InvalidOperationException">This is no .NET Interactive kernel.</exception>
    public static void Start(bool cdn = false)
    {
        var context = KernelInvocationContext.Current
            ?? throw new InvalidOperationException(
                "GrokkingNotebook.Start() belongs in a cell of a .NET Interactive notebook; there is no kernel here.");
        // Before anything whose compilation asks for Plotly.NET, and so for FSharp.Core.
        FSharpCore.HandOutLoaded();
        Prepare(context, cdn);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Prepare(KernelInvocationContext context, bool cdn)
    {
        NativeTorch.Load();
        // A network this small gains next to nothing from more, and spinning threads starve whatever else is busy.
        torch.set_num_threads(1);
        // Numbers as in the original (7,528), whatever the machine's language.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        ReadableValues.Register(cdn);
        Defaults.DefaultTemplate = ChartLayout.Template();
        // The kernel shows the documentation of what a #r names, and the first cell's one #r names this assembly only.
        (context.HandlingKernel as CSharpKernel)?.AddAssemblyReferences([typeof(EquationDataset).Assembly.Location, typeof(Chart).Assembly.Location]);
        MissingNames.Explain(context.HandlingKernel.RootKernel);
        CellOutput.Provide(context.HandlingKernel.RootKernel);
        OrderlyStop.Provide(context.HandlingKernel);
        JupyterStop.Listen(context.HandlingKernel.RootKernel);
        var ready = (context.Command.GetOrCreateToken(), cdn);
        if (ready == _ready)
        {
            return;
        }

        _ready = ready;
        if (cdn)
        {
            DisplayedOutput.Show(context, new("Ready. Charts fetch plotly.js from the internet.", "<p>Ready. Charts fetch plotly.js from the internet.</p>"));
        }
        else
        {
            DisplayedOutput.Show(context, PlotlyScript.Output());
        }
    }
}
