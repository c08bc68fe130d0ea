using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>The notebook in VS Code's kernel, from top to bottom.</summary>
public sealed class GrokkingMlpRun : IDisposable
{
    private readonly NotebookKernel _kernel = NotebookKernel.Open(KernelHost.VSCode, Repository.Notebooks);

    public GrokkingMlpRun()
    {
        var notebook = new NotebookFile("grokking-mlp.ipynb");
        foreach (var id in notebook.Code)
        {
            Cells[id] = _kernel.Run(notebook[id]);
            if (id == "parameters")
            {
                _kernel.Run("num_epochs = 102;");
            }
        }
    }

    internal Dictionary<string, CellRun> Cells { get; } = [];

    /// <summary>The value of an expression, after the last cell.</summary>
    internal string Evaluate(string expression)
    {
        var run = _kernel.Run($"Console.Write({expression});");
        return run.Error ?? run.Output;
    }

    public void Dispose() => _kernel.Dispose();
}

[Collection(KernelCollection.Name)]
public sealed partial class GrokkingMlpTests(GrokkingMlpRun run) : IClassFixture<GrokkingMlpRun>
{
    [Fact]
    public void Every_cell_succeeds() => Assert.All(run.Cells, cell => Assert.True(cell.Value.Error is null, $"{cell.Key}: {cell.Value.Error}"));

    // The original's own outputs, word for word.
    [Theory]
    [InlineData("dataset", "torch.Size([9409]) torch.Size([9409]) torch.Size([9409]) torch.int64 torch.Size([9409, 4]) torch.int64\n")]
    [InlineData("split", """
        Total samples in train set: 7,528
        Total samples in val set: 1,881
        Total number of batches in train dataloader: 15
        Total number of batches in validation dataloader: 4

        """)]
    [InlineData("optimizer", "Number of parameters in model: 91,107\n")]
    [InlineData("principal-components", "(99, 2)\n(97, 2)\n")]
    public void A_cell_prints_what_the_originals_does(string cell, string printed) =>
        Assert.Equal(printed.ReplaceLineEndings("\n"), run.Cells[cell].Output);

    [Fact]
    public void The_random_equations_are_ten_right_ones()
    {
        var lines = run.Cells["random-equations"].Output.TrimEnd().Split('\n');

        Assert.Equal(20, lines.Length);
        foreach (var (tensors, text) in lines.Chunk(2).Select(pair => (pair[0], pair[1])))
        {
            var numbers = Equation().Match(text).Groups.Values.Skip(1).Select(group => int.Parse(group.Value, CultureInfo.InvariantCulture)).ToArray();
            Assert.Equal((numbers[0] + numbers[1]) % 97, numbers[2]);
            Assert.Matches($@"^tensor\(\[{numbers[0]}, 97, {numbers[1]}, 98\]\) tensor\({numbers[2]}\)$", tensors);
        }
    }

    [Fact]
    public void Training_prints_the_originals_line_every_hundred_epochs_and_the_minutes()
    {
        var lines = run.Cells["train"].Output.TrimEnd().Split('\n');

        Assert.Equal(3, lines.Length);
        // The numbers of PyTorch's own run with seed 0.
        Assert.Equal("[1/102][15]     \tTrain Loss: 4.946\tVal Loss: 4.681", lines[0]);
        Assert.Matches(@"^\[101/102\]\[1,515\]\tTrain Loss: 0\.\d{3}\tVal Loss: \d\.\d{3}$", lines[1]);
        Assert.Matches(@"^Total training time: \d+\.\d\d minutes$", lines[2]);
    }

    [Fact]
    public void Training_ends_with_a_bar_that_says_so_in_html_and_in_text()
    {
        var train = run.Cells["train"];

        Assert.Matches(
            @"^Done: 102 epochs in .+ · train loss 0\.\d{3} · val loss \d\.\d{3} · train accuracy \d\d\.\d · val accuracy \d+\.\d · [\d.,]+ epochs/s$",
            Assert.Single(train.Shown("text/plain")));
        Assert.Contains("""max="102" value="102" """.Trim(), Assert.Single(train.Shown("text/html")));
        Assert.Contains("Done: 102 epochs", Assert.Single(train.Shown("text/html")));
    }

    [Fact]
    public void The_bars_small_curves_are_the_accuracies_on_a_logarithmic_axis()
    {
        var html = Assert.Single(run.Cells["train"].Shown("text/html"));
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        var svg = XElement.Parse(Regex.Match(html, "<svg.*</svg>").Value);
        var box = svg.Attribute("viewBox")!.Value.Split(' ').Select(Number).ToArray();
        var curves = svg.Elements().Where(element => element.Name.LocalName == "polyline")
            .Select(line => line.Attribute("points")!.Value.Split(' ').Select(point => point.Split(',').Select(Number).ToArray()).ToList()).ToList();

        Assert.Equal(2, curves.Count);
        double[][] accuracies = [Accuracies("TrainingAccuracy"), Accuracies("ValidationAccuracy")];
        var (low, high) = (accuracies.Min(side => side.Min()), accuracies.Max(side => side.Max()));
        Assert.All(curves.Zip(accuracies), pair =>
        {
            var (curve, accuracy) = pair;
            Assert.Equal((0, box[2]), (curve[0][0], curve[^1][0]));
            foreach (var point in curve)
            {
                // Where a point is says its epoch; the epoch's accuracy says how high it is, but for a margin.
                var epoch = Math.Exp(point[0] / box[2] * Math.Log(102));
                Assert.Equal(epoch, Math.Round(epoch), 0.05 * epoch);
                var height = (accuracy[(int)Math.Round(epoch) - 1] - low) / (high - low);
                Assert.Equal(height, 1 - (point[1] / box[3]), 0.05);
            }
        });
    }

    private double[] Accuracies(string side) => [.. run.Evaluate($"string.Join(' ', history.Select(epoch => epoch.{side}))").Split(' ').Select(Number)];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    // What the original's cells make, by the names that its reader looks for.
    [Theory]
    [InlineData("(p, dataset.Count, dataset.Vocabulary.Count)", "(97, 9409, 99)")]
    [InlineData("(generator.initial_seed(), split.Training.Length, order.BatchSize)", "(21, 7528, 512)")]
    [InlineData("ConvertToText(features[97])", "1 + 0 =")]
    [InlineData("string.Join(' ', net.named_parameters().Select(entry => entry.name))", "net.0.weight net.2.weight net.2.bias net.4.weight net.4.bias")]
    [InlineData("string.Join(' ', net.parameters().Select(weight => string.Join('x', weight.shape)))", "99x128 128x512 128 99x128 99")]
    [InlineData("(optimizer.LearningRate, optimizer.Beta1, optimizer.Beta2, optimizer.WeightDecay, optimizer.Epsilon)", "(0.001, 0.9, 0.98, 0.01, 1E-08)")]
    [InlineData("history.Steps", "1530")]
    [InlineData("string.Join('x', x_plus_8.shape) + \" \" + x_plus_8[5].Text()", "97x4 tensor([5, 97, 8, 98])")]
    public void A_name_stands_for_what_it_does_in_the_original(string expression, string value) => Assert.Equal(value, run.Evaluate(expression));

    [Fact]
    public void The_evaluation_is_the_last_epochs()
    {
        Assert.Matches(@"^Val set loss: \d\.\d{3}\nVal set accuracy: \d+\.\d\d%\n$", run.Cells["evaluation"].Output);
        var accuracy = Regex.Match(run.Cells["train"].Shown("text/plain")[0], @"val accuracy (\d+\.\d)").Groups[1].Value;
        Assert.StartsWith($"{accuracy[..^1]}", Regex.Match(run.Cells["evaluation"].Output, @"accuracy: (\d+\.\d)").Groups[1].Value);
    }

    [Theory]
    [InlineData("loss-chart", "[chart] Loss Curve: Train Loss, 102 points; Val Loss, 102 points")]
    [InlineData("accuracy-chart", "[chart] Training Accuracy: Train Accuracy, 102 points; Val Accuracy, 102 points")]
    [InlineData("norm-chart", "[chart] Output Layer Norm: Spectral Norm, 102 points")]
    [InlineData("circles-chart", "[chart] Layer weights: Embedding layer, 99 points; Output layer’s logits, 97 points")]
    public void A_chart_is_shown_as_html_and_as_text(string cell, string text)
    {
        Assert.Equal(text, Assert.Single(run.Cells[cell].Shown("text/plain")));
        Assert.Contains("<script type=\"application/json\">{", Assert.Single(run.Cells[cell].Shown("text/html")));
    }

    [Fact]
    public void The_notebook_sends_less_than_1600_kilobytes()
    {
        var sent = run.Cells.Values.SelectMany(cell => cell.Shown("text/html")).Sum(html => html.Length);

        Assert.InRange(sent, 1, 1_600_000);
    }

    [GeneratedRegex(@"^(\d+) \+ (\d+) = (\d+)$")]
    private static partial Regex Equation();
}
