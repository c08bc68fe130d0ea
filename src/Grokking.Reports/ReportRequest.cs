using System.CommandLine;
using Grokking.Runtime;

namespace Grokking.Reports;

/// <summary>
/// <c>report</c>: runs notebooks and writes each as an HTML page and an executed notebook, and a page that leads to them
/// where several were asked for.
/// </summary>
internal static class ReportCommand
{
    public const string DefaultNotebook = "notebooks/grokking-mlp.ipynb";
    private const string DefaultFolder = "reports";

    /// <summary>What was asked for.</summary>
    /// <param name="Notebooks">The notebooks, or folders of them.</param>
    /// <param name="Output">The page to write, or null.</param>
    /// <param name="Parameters">NAME=VALUE each.</param>
    private sealed record Settings(string[] Notebooks, string? Output, string[] Parameters);

    public static Command Create()
    {
        var notebooks = new Argument<string[]>("NOTEBOOK")
        {
            Description = $"The notebooks to run, or a folder of them; {DefaultNotebook} where none is named.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var output = new Option<string>("--output")
        {
            Description = "The page to write; the executed notebook goes beside it. reports/NOTEBOOK.html by default.",
            HelpName = "FILE.html",
        };
        var parameters = new Option<string[]>("--parameter")
        {
            Description = "A C# value for a variable of the cell tagged \"parameters\". May be given several times.",
            HelpName = "NAME=VALUE",
        };
        var command = new Command("report", "Runs a notebook and writes it, with everything it showed, as one HTML file.") { notebooks, output, parameters };
        command.SetAction(result => ExecuteAsync(new Settings(result.GetValue(notebooks) ?? [], result.GetValue(output), result.GetValue(parameters) ?? [])));
        return command;
    }

    /// <summary>A notebook that can be run, and where its report goes.</summary>
    /// <param name="Name">The notebook as the caller named it.</param>
    /// <param name="Notebook">Read, and with its parameters put in.</param>
    /// <param name="Page">The HTML file, as a full path: a run changes the current directory.</param>
    private sealed record Job(string Name, Notebook Notebook, string Page)
    {
        public string Executed => Path.ChangeExtension(Page, ".ipynb");
    }

    private static async Task<int> ExecuteAsync(Settings settings)
    {
        var parameters = ParameterValues.Parse(settings.Parameters);
        var names = Names(settings);
        var jobs = Plan(names, settings, parameters);
        var several = names.Count > 1 || settings.Notebooks.Any(Directory.Exists);
        var reports = new List<(NotebookRun Run, string Page)>();
        var start = Directory.GetCurrentDirectory();
        using var view = RunView.ForStandardOutput();
        using var interruption = new Interruption(() => view.Say("Stopping; Ctrl+C again ends at once."));
        var exitCode = ExitCode.Done;
        foreach (var job in jobs)
        {
            if (jobs.Count > 1)
            {
                view.Say(job.Name);
            }

            var run = await new NotebookRunner(view).RunAsync(job.Notebook, parameters, interruption.Token);
            reports.Add((run, Path.GetFileName(job.Page)));
            exitCode = Math.Max(exitCode, await WriteAsync(job, run, start, view));
            if (interruption.Token.IsCancellationRequested)
            {
                break;
            }
        }

        if (several)
        {
            exitCode = Math.Max(exitCode, WriteIndex(Path.Combine(Path.GetDirectoryName(jobs[0].Page)!, IndexPage.Name), reports, start, view));
        }

        // A thread that a cell left behind must not keep the process alive.
        Environment.Exit(exitCode);
        return exitCode;
    }

    /// <summary>Writes what the run brought, and says how it went.</summary>
    private static async Task<int> WriteAsync(Job job, NotebookRun run, string start, RunView view)
    {
        var page = BelowOrNull(start, job.Page) ?? job.Page;
        try
        {
            PapermillRecord.Write(run);
            AtomicFile.Write(job.Executed, run.Notebook.ToJson());
            AtomicFile.Write(job.Page, await ReportPage.OfAsync(run, BelowOrNull(start, job.Notebook.Path) ?? Path.GetFileName(job.Notebook.Path)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{job.Name} ran, but its report can't be written: {error.Message}");
            return ExitCode.Failed;
        }

        switch (run.Ended)
        {
            case null:
                view.Say($"{page} ({Size(job.Page)}, {RunView.Duration(run.Elapsed)})");
                return ExitCode.Done;
            case (var number, { State: CellState.Failed } cell):
                Console.Error.WriteLine($"{job.Name}: cell {number} failed, and {page} shows where: {Sentence(cell)}.");
                return ExitCode.Failed;
            case (var number, _):
                Console.Error.WriteLine($"{job.Name} was stopped in cell {number}, and {page} shows what was finished.");
                return ExitCode.Stopped;
        }
    }

    private static int WriteIndex(string index, IReadOnlyList<(NotebookRun Run, string Page)> reports, string start, RunView view)
    {
        try
        {
            AtomicFile.Write(index, IndexPage.Of(reports));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"The reports are written, but {index} can't be: {error.Message}");
            return ExitCode.Failed;
        }

        view.Say($"{BelowOrNull(start, index) ?? index} ({Size(index)}) leads to them.");
        return ExitCode.Done;
    }

    /// <summary>The notebooks that are asked for, those of a folder by name.</summary>
    private static List<string> Names(Settings settings)
    {
        var names = new List<string>();
        foreach (var name in settings.Notebooks.Length == 0 ? [DefaultNotebook] : settings.Notebooks)
        {
            if (!Directory.Exists(name))
            {
                names.Add(name);
                continue;
            }

            string[] inside = [.. Directory.GetFiles(name, "*.ipynb").Order(StringComparer.Ordinal)];
            names.AddRange(inside.Length > 0 ? inside : throw new RequestException($"{name} is a folder without a notebook (.ipynb) in it."));
        }

        return names;
    }

    /// <summary>Everything that can be refused is refused here, before the first cell runs.</summary>
    private static List<Job> Plan(
        IReadOnlyList<string> names, Settings settings, IReadOnlyList<(string Name, string Value)> parameters)
    {
        if (settings.Output is not null && names.Count > 1)
        {
            throw new RequestException($"--output names one file, and {names.Count} notebooks are given.");
        }

        if (settings.Notebooks.Length == 0 && !File.Exists(DefaultNotebook))
        {
            throw new RequestException($"There is no {DefaultNotebook} in {Directory.GetCurrentDirectory()}; run this in the repository's root folder, or name a notebook.");
        }

        var jobs = new List<Job>();
        foreach (var name in names)
        {
            var notebook = Notebook.Read(name);
            ParameterValues.Inject(notebook, parameters);
            var page = PageFor(notebook, settings.Output);
            if (jobs.Any(job => job.Page == page))
            {
                throw new RequestException($"Two of the notebooks would be written to {page}; run them one by one, each with its own --output.");
            }

            jobs.Add(new Job(name, notebook, page));
        }

        foreach (var job in jobs)
        {
            RequestException.OrUnwritable(job.Page, () => AtomicFile.RequireWritable(job.Page));
        }

        return jobs;
    }

    private static string PageFor(Notebook notebook, string? output)
    {
        if (output is not null && Path.GetExtension(output) is not (".html" or ".htm"))
        {
            throw new RequestException($"--output {output} is no name for a page; it has to end in .html.");
        }

        var page = Path.GetFullPath(output ?? Path.Combine(DefaultFolder, Path.GetFileNameWithoutExtension(notebook.Path) + ".html"));
        var executed = Path.ChangeExtension(page, ".ipynb");
        if (executed == notebook.Path)
        {
            throw new RequestException($"The executed notebook would replace {notebook.Path} itself; name another page with --output.");
        }

        if (Directory.Exists(page) || Directory.Exists(executed))
        {
            throw new RequestException($"{(Directory.Exists(page) ? page : executed)} is a folder; the report would be a file of that name.");
        }

        return page;
    }

    /// <summary>The path from the folder, where it leads into it.</summary>
    private static string? BelowOrNull(string folder, string path)
    {
        var relative = Path.GetRelativePath(folder, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? null : relative.Replace('\\', '/');
    }

    private static string Size(string file)
    {
        var bytes = new FileInfo(file).Length;
        return bytes < 1_000_000 ? $"{bytes / 1e3:F0} kB" : $"{bytes / 1e6:F1} MB";
    }

    /// <summary>What the failed cell's exception says, in one line.</summary>
    private static string Sentence(NotebookCell cell)
    {
        var error = cell.Outputs.OfType<ErrorOutput>().Last();
        var message = error.Message.Split('\n')[0].Trim().TrimEnd('.');
        return error.Name == CellFailure.CompilerError ? message : message.Length == 0 ? error.Name : $"{error.Name}: {message}";
    }
}
