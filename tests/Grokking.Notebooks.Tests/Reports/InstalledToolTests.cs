using System.Text.RegularExpressions;
using Grokking.Notebooks.Tests.Kernel;

namespace Grokking.Notebooks.Tests.Reports;

/// <summary>What the command does for somebody who has installed it and has no repository; <c>tests/packages.py</c> installs it.</summary>
public sealed class InstalledToolTests : IDisposable
{
    private readonly ReportProcess _process = new();

    public void Dispose() => _process.Dispose();

    [Fact]
    public void Its_notebooks_are_the_repositorys_but_for_the_package_that_they_name()
    {
        _process.Run("notebooks", "mine");

        Assert.Equal(0, _process.ExitCode);
        var originals = Directory.GetFiles(Repository.Notebooks, "*.ipynb").Select(Path.GetFileName).Order().ToArray();
        Assert.Equal(originals.Select(name => Path.Combine("mine", name!)), _process.Files());
        Assert.All(originals, name =>
        {
            var pairs = File.ReadLines(Path.Combine(Repository.Notebooks, name!)).Zip(File.ReadLines(_process.File(Path.Combine("mine", name!))));
            var (original, own) = Assert.Single(pairs, pair => pair.First != pair.Second);
            Assert.Contains("Grokking.Notebooks.dll", original);
            Assert.Matches("""^ *"#r \\"nuget: Grokking\.Notebooks, \d+\.\d+\.\d+\\"\\n",$""", own);
        });
    }

    [Fact]
    public void Its_notebooks_take_no_files_place()
    {
        Directory.CreateDirectory(_process.File("mine"));
        File.WriteAllText(_process.File("mine/grokking-mlp.ipynb"), "work");

        _process.Run("notebooks", "mine");

        Assert.Equal(2, _process.ExitCode);
        Assert.Equal($"{Path.Combine("mine", "grokking-mlp.ipynb")} is there already; name another folder, or delete it.", _process.Error.Trim());
        Assert.Equal(["mine/grokking-mlp.ipynb"], _process.Files());
        Assert.Equal("work", File.ReadAllText(_process.File("mine/grokking-mlp.ipynb")));
    }

    [Theory]
    [InlineData("Microsoft.dotnet-interactive", "report", "own.ipynb")]
    [InlineData("TorchSharp", "train", "--epochs", "1")]
    public void What_is_missing_and_can_not_be_fetched_is_named_with_its_size_and_the_remedy(string package, params string[] arguments)
    {
        _process.Write("own.ipynb", "1 + 1");
        _process.Environment["HOME"] = _process.Environment["USERPROFILE"] = _process.Environment["NUGET_PACKAGES"] = _process.Folder;
        _process.Environment["RestoreSources"] = _process.File("nowhere");

        _process.Run(arguments);

        Assert.Equal(1, _process.ExitCode);
        var said = _process.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, said.Length);
        Assert.Matches($@"^Fetching {package} \S+ \(.*MB on disk.*\) into {Regex.Escape(_process.Folder)}, once\.$", said[0]);
        Assert.Matches($@"^The work failed: {package} \S+ can't be fetched: error NU1301: .*nowhere.*\. This needs a network once, or a NuGet source that has the package", said[1]);
    }
}
