using Grokking.Models;
using Grokking.Training;

namespace Grokking.Cli.Training;

/// <summary>What a run leaves behind.</summary>
/// <param name="History">The file for what each epoch measured, or null for none.</param>
/// <param name="Checkpoint">The file for the weights, or null for none.</param>
internal sealed record TrainingFiles(string? History, string? Checkpoint)
{
    /// <summary>Refuses what could not be written at the end of the run, now.</summary>
    /// <exception cref="RequestException">A name makes no sense, or its folder can't be written.</exception>
    public void RefuseUnwritable()
    {
        if (Checkpoint is not null && Path.GetExtension(Checkpoint) is not (".safetensors" or ".pth"))
        {
            throw new RequestException($"--checkpoint {Checkpoint} has to end in .safetensors or .pth.");
        }

        if (History is not null && Checkpoint is not null && Path.GetFullPath(History) == Path.GetFullPath(Checkpoint))
        {
            throw new RequestException($"--history and --checkpoint both name {History}; they are two files.");
        }

        foreach (var (option, file) in new[] { ("--history", History), ("--checkpoint", Checkpoint) })
        {
            if (file is null)
            {
                continue;
            }

            if (Path.GetFileName(file).Length == 0 || Directory.Exists(file))
            {
                throw new RequestException($"{option} {file} is a folder; it has to name a file.");
            }

            AtomicFile.RefuseUnwritable(Path.GetDirectoryName(Path.GetFullPath(file))!);
        }
    }

    /// <summary>Writes each file that is asked for, whole or not at all, and says which.</summary>
    /// <returns>False when one of them could not be written.</returns>
    public bool Write(TrainingHistory history, GrokkingMlp model)
    {
        var csv = new StringWriter { NewLine = "\n" };
        history.WriteCsv(csv);
        return Write(History, path => AtomicFile.Write(path, csv.ToString())) & Write(Checkpoint, model.Save);
    }

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
}
