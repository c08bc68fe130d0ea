using Grokking.Data;
using Grokking.Models;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Tests.Training;

/// <summary>A run that takes milliseconds: addition modulo 7, 40 training and 9 validation equations, in batches of 7, a narrow network.</summary>
internal sealed class SmallRun : IDisposable
{
    public SmallRun(int batchSize = 7, SnapshotSchedule? snapshots = null)
    {
        Dataset = new EquationDataset(7, Operation.Add);
        var generator = new Generator(21);
        Split = DatasetSplit.ByFraction(Dataset, 0.8, generator);
        Order = new BatchOrder(Split, batchSize, generator);
        manual_seed(0);
        Model = new GrokkingMlp(Dataset.Vocabulary.Count, embedding: 8, hidden: 8);
        Engine = new WatchedEngine(new AutogradEngine(Model, Dataset, new OptimizerSettings { LearningRate = 1e-2 }));
        Snapshots = new WeightSnapshots(Model, snapshots ?? SnapshotSchedule.At());
        Trainer = new Trainer(Engine, Order, snapshots: Snapshots);
    }

    public EquationDataset Dataset { get; }

    public DatasetSplit Split { get; }

    public BatchOrder Order { get; }

    public GrokkingMlp Model { get; }

    public WatchedEngine Engine { get; }

    public WeightSnapshots Snapshots { get; }

    public Trainer Trainer { get; }

    public void Dispose()
    {
        Engine.Dispose();
        Model.Dispose();
        Dataset.Dispose();
    }
}

/// <summary>An engine that tells what it was given, before it does it.</summary>
internal sealed class WatchedEngine(ITrainingEngine engine) : ITrainingEngine
{
    public List<long[]> TrainingBatches { get; } = [];

    public List<long[]> ValidationBatches { get; } = [];

    /// <summary>Called at every batch with the number of batches so far, this one included.</summary>
    public Action<int> AtBatch { get; set; } = _ => { };

    public EquationModel Model => engine.Model;

    public BatchResult TrainBatch(ReadOnlySpan<long> indices)
    {
        TrainingBatches.Add(indices.ToArray());
        AtBatch(TrainingBatches.Count + ValidationBatches.Count);
        return engine.TrainBatch(indices);
    }

    public BatchResult EvaluateBatch(ReadOnlySpan<long> indices)
    {
        ValidationBatches.Add(indices.ToArray());
        AtBatch(TrainingBatches.Count + ValidationBatches.Count);
        return engine.EvaluateBatch(indices);
    }

    public OptimizerStateDict OptimizerStateDict
    {
        get => engine.OptimizerStateDict;
        set => engine.OptimizerStateDict = value;
    }

    public void Dispose() => engine.Dispose();
}
