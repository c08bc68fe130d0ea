using System.Text.RegularExpressions;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>The README's snippets, pasted into cells. Those of <c>docs/extending.md</c> are parts of files that <see cref="OwnPartsTests"/> runs.</summary>
[Collection(KernelCollection.Name)]
public sealed partial class PageSnippetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("grokking-snippets-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_snippet_of_the_README_runs_as_a_cell_shows_how_far_it_is_and_ends_with_a_chart()
    {
        string[] cells = [.. Snippet().Matches(File.ReadAllText(Path.Combine(Repository.Folder, "README.md")).ReplaceLineEndings("\n"))
            .Select(snippet => snippet.Groups[1].Value.Replace("…", Repository.Folder, StringComparison.Ordinal))];
        using var kernel = NotebookKernel.Open(KernelHost.VSCode, _folder);
        Assert.Equal(5, cells.Length);
        Assert.Null(kernel.Run(cells[0]).Error);

        var training = kernel.Start(cells[1]).Until(run => run.UpdatedIds.Count > 0);
        training.Stop();
        Assert.StartsWith("Stopped at epoch ", training.Shown("text/plain")[0]);
        foreach (var cell in cells[1..].Select(cell => cell.Replace("20_000", "3", StringComparison.Ordinal)))
        {
            var run = kernel.Run(cell);
            Assert.Null(run.Error);
            Assert.Contains("<script type=\"application/json\">{", run.Shown("text/html")[^1]);
            Assert.Equal(
                cell.Contains("Live(", StringComparison.Ordinal) || cell.Contains("Progress.Range(", StringComparison.Ordinal),
                run.Shown("text/plain").Any(text => text.StartsWith("Done: ", StringComparison.Ordinal)));
        }

        Assert.True(File.Exists(Path.Combine(_folder, "sweep.jsonl")));
    }

    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
