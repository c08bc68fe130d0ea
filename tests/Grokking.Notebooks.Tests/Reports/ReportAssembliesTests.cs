using System.Text.Json.Nodes;
using Grokking.Notebooks.Tests.Kernel;

namespace Grokking.Notebooks.Tests.Reports;

/// <summary>The process that runs the notebook has the library in its own folder, too: two loads would be two sets of types.</summary>
public sealed class ReportAssembliesTests : IDisposable
{
    private readonly ReportProcess _report = new();

    public void Dispose() => _report.Dispose();

    [Fact]
    public void A_tensor_and_a_chart_pass_through_one_copy_of_each_assembly()
    {
        _report.Write(
            "copies.ipynb",
            $"""
            #r "{Repository.Folder}/src/Grokking.Notebooks/bin/Grokking.Notebooks.dll"
            using Grokking.Charts;
            using Grokking.Data;
            using Grokking.Models;
            using Grokking.Notebooks;
            using TorchSharp;
            GrokkingNotebook.Start();
            """,
            """
            var dataset = new EquationDataset(97, Operation.Add);
            var model = new GrokkingMlp(99, 128, 128);
            torch.Tensor logits = model.call(dataset.Features);
            Console.Write(logits.shape[1]);
            """,
            """
            Plotly.NET.GenericChart chart = EmbeddingCharts.Circles(new double[1, 2], ["a"], new double[1, 2], ["b"]);
            chart
            """,
            """
            foreach (var group in AppDomain.CurrentDomain.GetAssemblies().GroupBy(assembly => assembly.GetName().Name))
            {
                Console.WriteLine($"{group.Key} {group.Count()}");
            }
            """);
        _report.Run("report", "copies.ipynb");

        Assert.Equal("", _report.Error);
        var cells = JsonNode.Parse(File.ReadAllText(_report.File("reports/copies.ipynb")))!["cells"]!;
        Assert.Equal("99", (string)cells[1]!["outputs"]![0]!["text"]![0]!);
        Assert.NotNull(cells[2]!["outputs"]![0]!["data"]!["text/html"]);
        var copies = cells[3]!["outputs"]![0]!["text"]!.AsArray().Select(line => ((string)line!).Trim()).ToArray();
        Assert.Contains("Grokking 1", copies);
        Assert.Contains("Grokking.Notebooks 1", copies);
        Assert.Contains("TorchSharp 1", copies);
        Assert.Contains("Plotly.NET 1", copies);
        Assert.Contains("FSharp.Core 1", copies);
        Assert.Contains("Microsoft.DotNet.Interactive 1", copies);
    }
}
