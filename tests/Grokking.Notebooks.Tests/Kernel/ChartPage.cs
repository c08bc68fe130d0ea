namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>
/// What a kernel sends for the set-up and for each chart of a made-up run of 20,000 epochs, in pages like those of the
/// front ends.
/// </summary>
public sealed class ChartPage : IDisposable
{
    private const string Policy =
        """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:">""";

    // A page of one's own, and VS Code's: its colours come as variables.
    private const string Colors = """
        <style>
        :root { color-scheme: light dark; --vscode-editor-foreground: #333333; --vscode-editor-background: #ffffff; }
        @media (prefers-color-scheme: dark) { :root { --vscode-editor-foreground: #cccccc; --vscode-editor-background: #1f1f1f; } }
        body { margin: 16px; color: var(--vscode-editor-foreground); background: var(--vscode-editor-background); }
        </style>
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("grokking-charts-").FullName;

    public ChartPage()
    {
        using var kernel = NotebookKernel.Open(KernelHost.VSCode, Repository.Notebooks);
        var setUp = kernel.Run(new NotebookFile("grokking-mlp.ipynb")["imports"]);
        Assert.Null(setUp.Error);
        Plotly = setUp.Shown("text/html").Single();
        Assert.Null(kernel.Run("""
            var history = new TrainingHistory();
            for (var e = 0; e < 20_000; e++)
            {
                var late = 100 / (1 + Math.Exp(-(e - 5000) / 700.0));
                // As after the grokking: mostly tiny, and now and then exactly nothing.
                var train = e % 1000 == 999 ? 0 : 1e-9 + 4.9 * Math.Exp(-e / 30.0);
                history.Add(15L * (e + 1), train, 100 - 99 * Math.Exp(-e / 25.0), 1e-6 + 5.6 * Math.Exp(-e / 1500.0), late, 3 + Math.Log(e + 1));
            }

            double[,] Circle(int points, double radius)
            {
                var scores = new double[points, 2];
                for (var i = 0; i < points; i++)
                {
                    (scores[i, 0], scores[i, 1]) = (radius * Math.Cos(i * 0.4534), radius * Math.Sin(i * 0.4534));
                }

                return scores;
            }

            var tokens = new Vocabulary(97, Operation.Add).Tokens;
            """).Error);
        Charts =
        [
            Html("TrainingCharts.Loss(history)"),
            Html("TrainingCharts.Accuracy(history)"),
            Html("TrainingCharts.OutputLayerNorm(history)"),
            Html("EmbeddingCharts.Circles(Circle(99, 2), tokens, Circle(97, 30), [.. tokens.Take(97)])"),
        ];
        Assert.Null(kernel.Run("""
            var small = new EquationDataset(7, Operation.Add);
            var generator = new torch.Generator(21);
            var split = DatasetSplit.ByFraction(small, 0.8, generator);
            var net = new GrokkingMlp(small.Vocabulary.Count, 8, 8);
            var snapshots = new WeightSnapshots(net, SnapshotSchedule.At(0, 5, 50));
            var trained = new Trainer(
                new FusedEngine(net, small, RunSettings.Fast.Optimizer), new BatchOrder(split, 8, generator), new TrainingHistory(), snapshots).Train(50);
            """).Error);
        Films =
        [
            Html("AnimationCharts.Embedding(snapshots, EmbeddingPlane.OfFrequency(net, 7, 1))"),
            Html("AnimationCharts.Table(snapshots, split)"),
        ];
        Trajectories = Html("TrajectoryCharts.Weights(trained, snapshots)");
        Assert.Null(kernel.Run("GrokkingNotebook.Start(cdn: true);").Error);
        FromNetwork = Html("TrainingCharts.Loss(history)");

        string Html(string chart)
        {
            var run = kernel.Run(chart);
            Assert.Null(run.Error);
            return run.Shown("text/html").Single();
        }
    }

    /// <summary>What the set-up sends.</summary>
    public string Plotly { get; }

    /// <summary>Loss, accuracy, norm, circles.</summary>
    public IReadOnlyList<string> Charts { get; }

    /// <summary>The embedding's film and the table's: before training, after 5 epochs and after 50.</summary>
    public IReadOnlyList<string> Films { get; }

    /// <summary>The weights' trajectories.</summary>
    public string Trajectories { get; }

    /// <summary>The loss in the form that fetches plotly.js.</summary>
    public string FromNetwork { get; }

    /// <summary>Writes a page of outputs.</summary>
    public string Write(params IEnumerable<string> outputs)
    {
        var file = Path.Combine(_folder, $"{Guid.NewGuid():N}.html");
        File.WriteAllText(file, $"<!doctype html><meta charset=\"utf-8\">{Policy}{Colors}{string.Join('\n', outputs)}");
        return file;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
