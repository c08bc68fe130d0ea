using Grokking.Charts;
using Grokking.Runs;
using Grokking.Runtime;
using Grokking.Sweeps;
using Grokking.Training;
using Plotly.NET;

namespace Grokking.Cli.Sweeps;

/// <summary>All runs that the files of a folder have, as a chart or a table.</summary>
/// <param name="folder">Where the <c>.jsonl</c> files are.</param>
/// <param name="output">The <c>.html</c> or <c>.csv</c> file to write.</param>
internal sealed class SweepSummary(string folder, string? output)
{
    /// <summary>Reads every file, and writes.</summary>
    /// <exception cref="RequestException">There is nothing to read or no such file to write, or a line that is no run.</exception>
    public int Write()
    {
        var extension = Path.GetExtension(output);
        if (output is null || extension is not (".html" or ".csv"))
        {
            throw new RequestException(
                output is null ? "--output is missing: the .html or .csv file to write." : $"--output {output} has to end in .html or .csv with --collect.");
        }

        var (runs, files) = Read();
        RequestException.OrUnwritable(output, () => AtomicFile.RequireWritable(output));
        if (new FileInfo(AtomicFile.Target(output)) is { Exists: true, Length: > 0 } && !(extension == ".csv" ? AtomicFile.BeginsWith(output, "operation,") : PageFrame.IsPage(output)))
        {
            throw new RequestException($"{output} is there already, and no sweep made it: move it away, or name another file.");
        }

        var censored = runs.Count(run => run.EpochsToGrok is null);
        var summary = FormattableString.Invariant(
            $"{runs.Length} {(runs.Length == 1 ? "run" : "runs")} in {files} {(files == 1 ? "file" : "files")}: {runs.Length - censored} reached {TrainingHistory.KnownAccuracy}% and {censored} did not{Diverged(runs)}.");
        AtomicFile.Write(output, extension == ".csv" ? Csv(runs) : ChartPage.Of(summary, Charts(runs)));
        Console.WriteLine(summary);
        Console.WriteLine($"Wrote {output}.");
        return ExitCode.Done;
    }

    /// <summary>When it groks; and where, if two settings differ of which a map can be drawn.</summary>
    private static IEnumerable<(string Name, GenericChart Chart)> Charts(RunResult[] runs)
    {
        yield return ("Time to grok", SweepCharts.TimeToGrok(runs));
        var axes = Setting.All
            .Where(setting => setting.Name is not ("seed" or "data_seed" or "epochs") && runs.Select(run => setting.Of(run.Settings)).Distinct().Count() > 1)
            .Select(setting => setting.Name)
            .ToList();
        if (axes.Count > 1)
        {
            yield return ("Phases of learning", PhaseCharts.Plane(runs, axes[0], axes[1]));
        }
    }

    /// <summary>How many of those that did not get there have diverged; nothing where none has.</summary>
    public static string Diverged(IReadOnlyList<RunResult> runs) =>
        runs.Count(run => run.Outcome == RunOutcome.Diverged) is > 0 and var count ? FormattableString.Invariant($", {count} of them diverged") : "";

    private (RunResult[] Runs, int Files) Read()
    {
        if (!Directory.Exists(folder))
        {
            throw new RequestException($"There is no folder {folder}.");
        }

        var files = Directory.GetFiles(folder, "*.jsonl").Order(StringComparer.Ordinal).ToArray();
        var runs = RequestException.OrUnreadable<RunResult[]>(() => [.. files.SelectMany(file => new SweepFile(file).Read(Console.Error.WriteLine)).DistinctBy(run => run.Settings)]);
        return runs.Length > 0 ? (runs, files.Length) : throw new RequestException($"The folder {folder} has no .jsonl file with a run in it.");
    }

    private static string Csv(IReadOnlyList<RunResult> runs)
    {
        var csv = new StringWriter { NewLine = "\n" };
        SweepFile.WriteCsv(runs, csv);
        return csv.ToString();
    }
}
