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
/// This process must not touch Grokking, TorchSharp or Plotly.NET itself: the kernel loads them when a cell does. While a
/// cell runs, <see cref="Console"/> is the kernel's: writing to it from here would wait for itself.
/// </remarks>
internal sealed class NotebookRunner
{
    /// <summary>How long a cell that was asked to stop may take to show how far it came.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly RunView _view;

    public NotebookRunner(RunView view) => _view = view;

    /// <summary>Runs until the end, the first cell that fails, or the token. Outputs go into the notebook's cells.</summary>
    public async Task<NotebookRun> RunAsync(Notebook notebook, IReadOnlyList<(string Name, string Value)> parameters, CancellationToken stop)
    {
        var started = DateTimeOffset.Now;
        var clock = Stopwatch.StartNew();
        Directory.SetCurrentDirectory(notebook.Folder);
        using var kernel = CreateKernel(stop);
        var recorder = new OutputRecorder { Updated = _view.Progress };
        using var recording = kernel.KernelEvents.Subscribe(new Observer(recorder.Add));

        var cells = notebook.Cells.Where(cell => cell.IsRunnable).ToList();
        (int, NotebookCell)? ended = null;
        for (var i = 0; i < cells.Count && ended is null; i++)
        {
            if (stop.IsCancellationRequested)
            {
                ended = (i + 1, cells[i]);
                break;
            }

            var cell = cells[i];
            cell.ExecutionCount = i + 1;
            recorder.Record(cell);
            _view.CellStarted(i + 1, cells.Count, cell.FirstLine);
            var cellClock = Stopwatch.StartNew();
            var failure = await SubmitAsync(kernel, cell.Source, stop);
            cell.Elapsed = cellClock.Elapsed;
            recorder.Record(null);

            cell.State = stop.IsCancellationRequested ? CellState.Stopped : failure is null ? CellState.Done : CellState.Failed;
            if (cell.State == CellState.Failed)
            {
                cell.Outputs.Add(CellFailure.Describe(failure!));
            }

            _view.CellFinished(cell.State, cell.Elapsed);
            ended = cell.State == CellState.Done ? null : (i + 1, cell);
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
        return [csharp];
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

    private static async Task<CommandFailed?> SubmitAsync(Kernel kernel, string code, CancellationToken stop)
    {
        using var stopping = stop.Register(() => kernel.SendAsync(new Cancel()));
        var result = await kernel.SendAsync(new SubmitCode(code));
        return result.Events.OfType<CommandFailed>().LastOrDefault();
    }

    private static List<string> LoadedVersions()
    {
        var versions = new List<string> { RuntimeInformation.FrameworkDescription, $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}" };
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

    private sealed class Observer(Action<KernelEvent> next) : IObserver<KernelEvent>
    {
        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void OnNext(KernelEvent value) => next(value);
    }
}
