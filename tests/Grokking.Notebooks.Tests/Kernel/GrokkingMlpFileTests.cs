using System.Text.RegularExpressions;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>The notebook's file, without running it.</summary>
public sealed partial class GrokkingMlpFileTests
{
    // The original's code cells in its order, by their number there (the norm's has none), and what each is about.
    private static readonly (string Seed, string Cell, string[] Has)[] Counterparts =
    [
        ("1", "imports", ["using TorchSharp;", "using Grokking.Analysis;", "using Grokking.Charts;"]),
        ("2", "dataset", ["var p = 97;", "EquationDataset(p, Operation.Add)", "SizeText()"]),
        ("3", "tokens-to-text", ["string ConvertToText(torch.Tensor tokens)"]),
        ("4", "random-equations", ["n < 10", "ConvertToText(torch.cat("]),
        ("5", "split", ["new torch.Generator(21)", "0.8", "512", "Total samples in train set", "Total number of batches in validation dataloader"]),
        ("6", "model", ["new GrokkingMlp(", "embedding: 128, hidden: 128", "torch.manual_seed(seed)"]),
        ("7", "optimizer", ["LearningRate = 1e-3, Beta1 = 0.9, Beta2 = 0.98", "Number of parameters in model"]),
        ("8", "history", ["new TrainingHistory()"]),
        ("norm", "layer-norm", ["double LayerNorm(GrokkingMlp net)"]),
        ("9", "train", ["TrainLive(num_epochs)", "Total training time"]),
        ("10", "loss-chart", ["TrainingCharts.Loss(history)"]),
        ("11", "accuracy-chart", ["TrainingCharts.Accuracy(history)"]),
        ("12", "evaluation", ["split.Validation", "Val set loss", "Val set accuracy"]),
        ("45", "principal-components", ["PrincipalComponents.Fit(net.Embedding.weight, 2)", "b == 8"]),
        ("74", "circles-chart", ["EmbeddingCharts.Circles("]),
    ];

    private static readonly string[] Headings =
        ["# Grokking MLP", "## Create Dataset", "## Create Model", "## Train Model", "## Visualize Results", "## Evaluate on Val Set", "## Dimensionality Reduction"];

    private readonly NotebookFile _notebook = new("grokking-mlp.ipynb");

    [Fact]
    public void Every_cell_of_the_seed_has_its_counterpart_in_its_order()
    {
        Assert.All(Counterparts, pair => Assert.All(pair.Has, part => Assert.Contains(part, _notebook[pair.Cell])));
        Assert.Equal(Counterparts.Select(pair => pair.Cell), _notebook.Code.Where(cell => Counterparts.Any(pair => pair.Cell == cell)));
    }

    [Fact]
    public void The_seeds_headings_stand_in_its_order()
    {
        var headings = _notebook.Cells
            .Where(cell => (string)cell!["cell_type"]! == "markdown")
            .Select(cell => _notebook[(string)cell!["id"]!].Split('\n')[0])
            .Where(line => Headings.Contains(line));

        Assert.Equal(Headings, headings);
    }

    [Fact]
    public void The_file_is_nbformat_4_5_with_the_metadata_that_VS_Code_writes_and_no_outputs()
    {
        Assert.Equal(4, (int)_notebook.Document["nbformat"]!);
        Assert.Equal(5, (int)_notebook.Document["nbformat_minor"]!);
        var metadata = _notebook.Document["metadata"]!;
        Assert.Equal("""{"display_name":".NET (C#)","language":"C#","name":".net-csharp"}""", metadata["kernelspec"]!.ToJsonString());
        Assert.Equal("polyglot-notebook", (string)metadata["language_info"]!["name"]!);
        Assert.Equal("csharp", (string)metadata["polyglot_notebook"]!["kernelInfo"]!["defaultKernelName"]!);
        Assert.All(_notebook.Cells, cell => Assert.Matches("^[a-zA-Z0-9-_]{1,64}$", (string)cell!["id"]!));
        Assert.Distinct(_notebook.Cells.Select(cell => (string)cell!["id"]!));
        Assert.All(_notebook.Cells.Where(cell => (string)cell!["cell_type"]! == "code"), cell =>
        {
            Assert.Empty(cell!["outputs"]!.AsArray());
            Assert.Null(cell["execution_count"]);
            Assert.Equal("csharp", (string)cell["metadata"]!["polyglot_notebook"]!["kernelName"]!);
        });
    }

    [Fact]
    public void One_reference_and_one_call_make_it_ready()
    {
        var code = string.Join('\n', _notebook.Code.Select(cell => _notebook[cell]));

        Assert.Equal("#r \"../src/Grokking.Notebooks/bin/Grokking.Notebooks.dll\"", Assert.Single(Reference().Matches(code)).Value);
        Assert.Single(Start().Matches(code));
    }

    [Fact]
    public void The_parameters_have_the_seeds_values() =>
        Assert.Equal("var num_epochs = 20_000;\nvar seed = 0;", _notebook["parameters"]);

    [GeneratedRegex("#[ri] .*")]
    private static partial Regex Reference();

    [GeneratedRegex(@"GrokkingNotebook\.Start\(\)")]
    private static partial Regex Start();
}
