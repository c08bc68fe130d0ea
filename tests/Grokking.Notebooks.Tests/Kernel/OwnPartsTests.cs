namespace Grokking.Notebooks.Tests.Kernel;

/// <summary>The network, the optimiser, the loss, the operation and the figure of <c>tests/Grokking.Tests/Seams</c>, typed into cells.</summary>
[Collection(KernelCollection.Name)]
public sealed class OwnPartsTests : IDisposable
{
    private const string Imports = """
        #r "../src/Grokking.Notebooks/bin/Grokking.Notebooks.dll"
        using Grokking.Analysis; using Grokking.Charts; using Grokking.Data; using Grokking.Models;
        using Grokking.Notebooks; using Grokking.Runs; using Grokking.Training; using TorchSharp;
        GrokkingNotebook.Start();
        """;

    private const string Parts = """
        var max = new Operation("max", (a, b, _) => Math.Max(a, b));
        var dataset = new EquationDataset(11, max);
        var generator = new torch.Generator(21);
        var split = DatasetSplit.ByFraction(dataset, 0.8, generator);
        var order = new BatchOrder(split, batchSize: 32, generator);
        torch.manual_seed(0);
        var net = new TwoLayerNetwork(dataset.Vocabulary.Count, width: 8, hidden: 16);
        var engine = new AutogradEngine(net, dataset, new Lion(net, new() { LearningRate = 0.003 })) { Loss = SquaredError.Loss };
        var history = new TrainingHistory();
        var snapshots = new WeightSnapshots(net, SnapshotSchedule.At(0, 1, 5));
        var trainer = new Trainer(engine, order, history, snapshots);
        """;

    private readonly NotebookKernel _kernel = NotebookKernel.Open(KernelHost.VSCode, Repository.Notebooks);
    private readonly string _folder = Directory.CreateTempSubdirectory("grokking-own-").FullName;

    public void Dispose()
    {
        _kernel.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_network_an_optimiser_a_loss_and_an_operation_typed_into_cells_train_stay_and_are_drawn()
    {
        Run(Imports);
        foreach (var part in new[] { "TwoLayerNetwork", "Lion", "SquaredError", "WeightChart" })
        {
            Run(CellOf(Path.Combine(Repository.Folder, "tests", "Grokking.Tests", "Seams", $"{part}.cs")));
        }

        Run(Parts);
        Run("foreach (var epoch in Progress.Range(history.Count, 3)) { trainer.Train(epoch + 1); }");
        Run($"""RunState.Of(engine, order, history, snapshots).Save(@"{_folder}/run.safetensors"); net.Save(@"{_folder}/net.pth"); trainer.Train(6);""");
        var whole = Run("Console.Write(history[^1].ValidationLoss);").Output;

        Run(Parts);
        Run($"""RunState.Load(@"{_folder}/run.safetensors").Restore(engine, order, history, snapshots); trainer.Train(6);""");
        Assert.Equal(whole, Run("Console.Write(history[^1].ValidationLoss);").Output);
        Assert.Equal("6", Run("Console.Write(history.Count);").Output);
        Run($"""net.LoadWeights(@"{_folder}/net.pth");""");

        Assert.Equal(["TwoLayerNetwork: 984 parameters"], Run("net").Shown("text/plain"));
        foreach (var chart in new[]
        {
            "TrainingCharts.Loss(history)",
            "WeightChart.Embedding(net)",
            "TrajectoryCharts.Weights(history, snapshots)",
            "SpectrumCharts.Embedding(FourierSpectrum.OfEmbedding(net, 11))",
            "SpectrumCharts.Logits(GridSpectrum.OfLogits(net, dataset))",
            "AnimationCharts.Embedding(snapshots, EmbeddingPlane.OfPrincipalComponents(net, 11))",
            "AnimationCharts.Table(snapshots, split)",
            "CircuitCharts.Pruning(MagnitudePruning.Of(net, dataset, split.Validation, [0.01, 0.1]))",
            "CircuitCharts.Ablation(Evaluation.Of(net, dataset, split.Validation), FrequencyAblation.Of(net, dataset, split.Validation, [1, 2]))",
        })
        {
            Assert.Contains("<script type=\"application/json\">{", Assert.Single(Run(chart).Shown("text/html")));
        }
    }

    private CellRun Run(string cell)
    {
        var run = _kernel.Run(cell);
        Assert.True(run.Error is null, $"{cell}\n{run.Error}");
        return run;
    }

    // A cell has no namespaces.
    private static string CellOf(string file) =>
        string.Join('\n', File.ReadAllLines(file).Where(line => !line.StartsWith("namespace ", StringComparison.Ordinal)));
}
