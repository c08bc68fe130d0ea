using Grokking.Data;
using Grokking.Models;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Tests.Seams;

/// <summary>A run modulo 11 that takes milliseconds, with one part, or all, that the library does not have.</summary>
internal sealed class OwnRun : IDisposable
{
    private readonly Generator _generator = new(21);

    public OwnRun(SeamTests.Own own)
    {
        Dataset = new EquationDataset(11, Is(SeamTests.Own.Operation) ? Max : Operation.Add);
        Split = DatasetSplit.ByFraction(Dataset, 0.8, _generator);
        Order = new BatchOrder(Split, batchSize: 32, _generator);
        manual_seed(0);
        Model = Is(SeamTests.Own.Network)
            ? new TwoLayerNetwork(Dataset.Vocabulary.Count, width: 8, hidden: 16)
            : new GrokkingMlp(Dataset.Vocabulary.Count, embedding: 8, hidden: 16);
        var settings = new OptimizerSettings { LearningRate = 0.003, WeightDecay = 0.1 };
        var optimizer = (Is(SeamTests.Own.Optimizer) ? Lion : Optimizer.Parse("adamw")).Create(Model, settings);
        Engine = Is(SeamTests.Own.Loss)
            ? new AutogradEngine(Model, Dataset, optimizer) { Loss = SquaredError.Loss }
            : new AutogradEngine(Model, Dataset, optimizer);
        Snapshots = new WeightSnapshots(Model, SnapshotSchedule.At(0, 1, 2, 5));
        Trainer = new Trainer(Engine, Order, snapshots: Snapshots);

        bool Is(SeamTests.Own part) => own == part || own == SeamTests.Own.All;
    }

    public static Operation Max { get; } = new("max", (a, b, _) => Math.Max(a, b));

    public static Network Network { get; } =
        new("two-layer", (vocabulary, widths) => new TwoLayerNetwork(vocabulary, widths.Embedding, widths.Hidden), TwoLayerNetwork.OfShapes);

    public static Optimizer Lion { get; } = new("lion", (model, settings) => new Lion(model, settings));

    public EquationDataset Dataset { get; }

    public DatasetSplit Split { get; }

    public BatchOrder Order { get; }

    public EquationModel Model { get; }

    public AutogradEngine Engine { get; }

    public WeightSnapshots Snapshots { get; }

    public Trainer Trainer { get; }

    public void Dispose()
    {
        Engine.Dispose();
        Model.Dispose();
        Dataset.Dispose();
        _generator.Dispose();
    }
}
