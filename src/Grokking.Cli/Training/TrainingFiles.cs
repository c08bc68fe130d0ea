using Grokking.Runs;
using Grokking.Runtime;
using Grokking.Sweeps;
using Grokking.Training;

namespace Grokking.Cli.Training;

/// <summary>What a run leaves behind.</summary>
/// <param name="History">The file for what each epoch measured, or null for none.</param>
/// <param name="Checkpoint">The file for the weights, or null for none.</param>
/// <param name="Run">The file for all that the run needs to go on, or null for none.</param>
/// <param name="RunOption">The option that names it.</param>
internal sealed record TrainingFiles(string? History, string? Checkpoint, string? Run, string RunOption)
{
    private IEnumerable<(string Option, string File)> Named =>
        from entry in new[] { ("--history", History), ("--checkpoint", Checkpoint), (RunOption, Run) }
        where entry.Item2 is not null
        select (entry.Item1, entry.Item2);

    /// <summary>Refuses what could not be written at the end of the run, now.</summary>
    /// <exception cref="RequestException">A name makes no sense, or its folder can't be written.</exception>
    public void RefuseUnwritable()
    {
        RequireExtension("--checkpoint", Checkpoint, ".safetensors", ".pth", ".pt");
        if (Named.GroupBy(entry => Real(entry.File)).FirstOrDefault(group => group.Count() > 1)?.ToList() is { } same)
        {
            throw new RequestException($"{same[0].Option} and {same[1].Option} both name {same[0].File}; they are two files.");
        }

        foreach (var (option, file) in Named)
        {
            if (Path.GetFileName(file).Length == 0 || Directory.Exists(file))
            {
                throw new RequestException($"{option} {file} is a folder; it has to name a file.");
            }
        }

        RequireExtension("--history", History, HistoryFile.Extensions);
        foreach (var (_, file) in Named)
        {
            RequestException.OrUnwritable(file, () => AtomicFile.RequireWritable(file));
        }

        if (Checkpoint is not null && RunFile.IsOne(Checkpoint))
        {
            throw new RequestException($"--checkpoint {Checkpoint} is a kept run, which the weights alone would replace; name another file.");
        }

        if (History is not null && SweepFile.IsOne(History))
        {
            throw new RequestException($"--history {History} is the file of a sweep; name another file.");
        }
    }

    private static string Real(string file)
    {
        try
        {
            return AtomicFile.Target(file);
        }
        catch (IOException)
        {
            // Links in a circle: what writes them says so.
            return Path.GetFullPath(file);
        }
    }

    /// <summary>Progress that goes on to another listener, and keeps the run every so many epochs.</summary>
    public IProgress<TrainingProgress> Keeping(TrainingRun run, int epochs, IProgress<TrainingProgress> listener) =>
        Run is null ? listener : new Keeper(run, Run, epochs, listener);

    /// <summary>Writes each file that is asked for, whole or not at all, and says which.</summary>
    /// <returns>False when one of them could not be written.</returns>
    public bool Write(TrainingRun run) =>
        Write(Run, run.GetState().Save)
        & Write(History, path => AtomicFile.Write(path, stream => HistoryFile.Write(run.History, Path.GetExtension(path).ToLowerInvariant(), stream)))
        & Write(Checkpoint, run.Model.Save);

    private static bool Write(string? file, Action<string> write)
    {
        if (file is null)
        {
            return true;
        }

        try
        {
            write(file);
            Console.WriteLine($"Wrote {file}.");
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"The training is done, but {file} can't be written: {error.Message}");
            return false;
        }
    }

    private static void RequireExtension(string option, string? file, params string[] extensions)
    {
        if (file is not null && !extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
        {
            throw new RequestException($"{option} {file} has to end in {string.Join(", ", extensions[..^1])} or {extensions[^1]}.");
        }
    }

    private sealed class Keeper(TrainingRun run, string file, int epochs, IProgress<TrainingProgress> listener) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            listener.Report(value);
            if ((value.Latest.Epoch + 1) % epochs != 0)
            {
                return;
            }

            try
            {
                run.GetState().Save(file);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A full disk may have room again by the next time; what was kept before is still there.
                Console.Error.WriteLine($"{file} can't be written after {value.Latest.Epoch + 1} epochs: {error.Message}");
            }
        }
    }
}
