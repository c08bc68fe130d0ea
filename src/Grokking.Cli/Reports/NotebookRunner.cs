using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;
using Microsoft.DotNet.Interactive.PackageManagement;

namespace Grokking.Cli.Reports;

/// <summary>Runs a notebook's cells, in order, on a .NET Interactive kernel in this process.</summary>
/// <remarks>
/// Only cells load Grokking, TorchSharp and Plotly.NET. They get this program's own copies, which .NET looks for before
/// the folder of a notebook's <c>#r</c>, so there is one of each; a test holds that. While a cell runs,
/// <see cref="Console"/> is the kernel's: writing to it from here would wait for itself.
/// </remarks>
/// <param name="view">Told of each cell, and of what moves in it.</param>
internal sealed class NotebookRunner(RunView view)
{
    /// <summary>How long a cell that was asked to stop may take to show how far it came.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Runs until the end, the first cell that fails, or the token. Outputs go into the notebook's cells.</summary>
    public async Task<NotebookRun> RunAsync(Notebook notebook, IReadOnlyList<(string Name, string Value)> parameters, CancellationToken stop)
    {
        var started = DateTimeOffset.Now;
        var clock = Stopwatch.StartNew();
        Directory.SetCurrentDirectory(notebook.Folder);
        using var kernel = CreateKernel(stop);
        var recorder = new OutputRecorder { Updated = view.Progress };
        using var recording = kernel.KernelEvents.Subscribe(recorder.Add);

        var cells = notebook.Cells.Where(cell => cell.IsRunnable).ToList();
        (int, NotebookCell)? ended = null;
        for (var i = 0; i < cells.Count && ended is null; i++)
        {
            if (!stop.IsCancellationRequested)
            {
                cells[i].ExecutionCount = i + 1;
                view.CellStarted(i + 1, cells.Count, cells[i].FirstLine);
                await RunCellAsync(kernel, cells[i], recorder, stop);
                view.CellFinished(cells[i].State, cells[i].Elapsed);
            }

            ended = cells[i].State is CellState.Done or CellState.Raised ? null : (i + 1, cells[i]);
        }

        return new NotebookRun
        {
            Notebook = notebook,
            Parameters = parameters,
            Started = started,
            Elapsed = clock.Elapsed,
            Versions = LoadedVersions(),
            Ended = ended,
        };
    }

    private static CompositeKernel CreateKernel(CancellationToken stop)
    {
        Formatter.DefaultMimeType = HtmlFormatter.MimeType;
        var csharp = new CSharpKernel()
            .UseNugetDirective((kernel, packages) =>
            {
                kernel.AddAssemblyReferences(packages.SelectMany(package => package.AssemblyPaths));
                return Task.CompletedTask;
            })
            .UseKernelHelpers()
            .UseValueSharing();
        csharp.AddMiddleware((command, context, next) => LetAStoppedCellFinish(command, context, next, stop));
        var kernels = new CompositeKernel { csharp, new HtmlKernel() };
        kernels.DefaultKernelName = csharp.Name;
        return kernels;
    }

    /// <summary>
    /// The kernel drops what a cell shows once its command is cancelled. Holding the cancellation until the cell has
    /// returned lets a stopped training say how far it came; a cell that does not listen is left behind.
    /// </summary>
    private static async Task LetAStoppedCellFinish(
        KernelCommand command,
        KernelInvocationContext context,
        KernelPipelineContinuation next,
        CancellationToken stop)
    {
        var finished = new TaskCompletionSource();
        using var holding = context.CancellationToken.Register(() =>
        {
            // A failing cell signals the token too, from the thread that would be waited for.
            if (stop.IsCancellationRequested)
            {
                finished.Task.Wait(Grace);
            }
        });
        try
        {
            await next(command, context);
        }
        finally
        {
            finished.SetResult();
        }
    }

    private static async Task RunCellAsync(Kernel kernel, NotebookCell cell, OutputRecorder recorder, CancellationToken stop)
    {
        recorder.Record(cell);
        var clock = Stopwatch.StartNew();
        using var stopping = stop.Register(() => kernel.SendAsync(new Cancel()));
        var result = await kernel.SendAsync(new SubmitCode(cell.Source, cell.Language == "html" ? "html" : null));
        cell.Elapsed = clock.Elapsed;
        recorder.Record(null);

        var failure = result.Events.OfType<CommandFailed>().LastOrDefault();
        cell.State = failure is null ? CellState.Done
            : stop.IsCancellationRequested ? CellState.Stopped
            : cell.Tags.MayFail ? CellState.Raised : CellState.Failed;
        if (cell.State is CellState.Failed or CellState.Raised)
        {
            cell.Outputs.Add(CellFailure.Describe(failure!));
        }
    }

    private static List<string> LoadedVersions()
    {
        var versions = new List<string>
        {
            RuntimeInformation.FrameworkDescription,
            $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}",
        };
        foreach (var (name, title) in new[] { ("Microsoft.DotNet.Interactive", ".NET Interactive"), ("TorchSharp", "TorchSharp"), ("Plotly.NET", "Plotly.NET") })
        {
            var assembly = AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(a => a.GetName().Name == name);
            if (assembly?.GetCustomAttribute<AssemblyInformationalVersionAttribute>() is { } version)
            {
                versions.Add($"{title} {version.InformationalVersion.Split('+')[0]}");
            }
        }

        return versions;
    }
}
