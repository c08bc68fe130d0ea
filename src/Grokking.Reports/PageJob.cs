using System.Text.Json;
using System.Text.Json.Nodes;
using Grokking.Runtime;

namespace Grokking.Reports;

/// <summary>A notebook, and the files that are made of it.</summary>
/// <param name="Name">The notebook as the caller named it.</param>
/// <param name="Notebook">The notebook.</param>
/// <param name="Page">The HTML file's full path.</param>
internal sealed record PageJob(string Name, Notebook Notebook, string Page)
{
    private const string DefaultFolder = "reports";

    /// <summary>The executed notebook's full path.</summary>
    public string Executed => Path.ChangeExtension(Page, ".ipynb");

    /// <summary>The notebook as its page names it.</summary>
    public string Shown => BelowOrNull(Notebook.Path) ?? Path.GetFileName(Notebook.Path);

    /// <summary>The page that leads to all of them.</summary>
    public string Index => Path.Combine(Path.GetDirectoryName(Page)!, IndexPage.Name);

    /// <summary>Everything that can be refused is refused here, before the first cell runs.</summary>
    /// <param name="notebooks">Notebooks and folders, as the caller named them.</param>
    /// <param name="output">The page, where the caller named one.</param>
    /// <param name="executes">Whether an executed notebook goes beside each page.</param>
    /// <exception cref="RequestException">A notebook can't be read, or something stands where a file would be written.</exception>
    public static List<PageJob> Plan(IReadOnlyList<string> notebooks, string? output, bool executes)
    {
        var names = Names(notebooks);
        if (output is not null && names.Count > 1)
        {
            throw new RequestException($"--output names one file, and {names.Count} notebooks are given.");
        }

        if (output is not null && Path.GetExtension(output) is not (".html" or ".htm"))
        {
            throw new RequestException($"--output {output} is no name for a page; it has to end in .html.");
        }

        var jobs = new List<PageJob>();
        foreach (var name in names)
        {
            var notebook = Notebook.Read(name);
            var page = Path.GetFullPath(output ?? Path.Combine(DefaultFolder, Path.GetFileNameWithoutExtension(notebook.Path) + ".html"));
            if (jobs.Any(job => job.Page == page))
            {
                throw new RequestException($"Two of the notebooks would be written to {page}; take them one by one, each with its own --output.");
            }

            jobs.Add(new PageJob(name, notebook, page));
        }

        var several = HasIndex(notebooks, jobs);
        foreach (var job in jobs)
        {
            if (several && job.Page == job.Index)
            {
                throw new RequestException($"{job.Name} would be written to {job.Page}, where the page that leads to all of them goes; take it by itself, with --output.");
            }

            job.RefuseForeign(job.Page, PageFrame.IsPage);
            if (executes)
            {
                job.RefuseForeign(job.Executed, HasOurNotebook);
            }

            if (several)
            {
                job.RefuseForeign(job.Index, PageFrame.IsPage);
            }
        }

        return jobs;
    }

    /// <summary>Whether a page is to lead to the others.</summary>
    public static bool HasIndex(IReadOnlyList<string> notebooks, IReadOnlyList<PageJob> jobs) => jobs.Count > 1 || notebooks.Any(Directory.Exists);

    /// <summary>The path as one would type it here, with the file's size.</summary>
    public static string Sized(string file)
    {
        var bytes = new FileInfo(file).Length;
        return $"{Short(file)} ({(bytes < 1_000_000 ? $"{bytes / 1e3:F0} kB" : $"{bytes / 1e6:F1} MB")}";
    }

    /// <summary>The path as one would type it here.</summary>
    public static string Short(string file) => BelowOrNull(file) ?? file;

    /// <summary>The notebooks that are asked for, those of a folder by name.</summary>
    private static List<string> Names(IReadOnlyList<string> notebooks)
    {
        var names = new List<string>();
        foreach (var name in notebooks)
        {
            if (!Directory.Exists(name))
            {
                names.Add(name);
                continue;
            }

            string[] inside = [.. Directory.GetFiles(name).Where(Notebook.IsName).Order(StringComparer.Ordinal)];
            names.AddRange(inside.Length > 0 ? inside : throw new RequestException($"{name} is a folder without a notebook (.ipynb) in it."));
        }

        return names;
    }

    private void RefuseForeign(string file, Func<string, bool> isOurs)
    {
        // First: to read a pipe would wait for its writer.
        RequestException.OrUnwritable(file, () => AtomicFile.RequireWritable(file));
        if (RealPath(file) == RealPath(Notebook.Path))
        {
            throw new RequestException($"The executed notebook would replace {Notebook.Path} itself; name another page with --output.");
        }

        if (File.Exists(file) && !isOurs(file))
        {
            throw new RequestException($"{Short(file)} is there already, and no report made it: move it away, or name another page with --output.");
        }
    }

    private static bool HasOurNotebook(string file)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(file))?["metadata"] is JsonObject metadata && PapermillRecord.IsIn(metadata);
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The path with every link on the way followed.</summary>
    private static string RealPath(string path)
    {
        var real = Path.GetPathRoot(path)!;
        foreach (var part in path[real.Length..].Split(Path.DirectorySeparatorChar))
        {
            real = Path.Combine(real, part);
            var target = new FileInfo(real).LinkTarget is null ? null : File.ResolveLinkTarget(real, returnFinalTarget: true);
            real = target is null ? real : RealPath(target.FullName);
        }

        return real;
    }

    private static string? BelowOrNull(string path)
    {
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), path);
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? null : relative.Replace('\\', '/');
    }
}
