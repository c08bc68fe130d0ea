using System.Diagnostics;
using Grokking.Data;
using Grokking.Models;
using Grokking.Runs;
using Grokking.Runtime;
using Grokking.Training;
using Grokking.Training.Fused;
using static TorchSharp.torch;

namespace Grokking.Benchmarks.Runs;

/// <summary>A run in this process: data, model, engine and trainer, made together and freed together.</summary>
internal sealed class TimedRun : IRun
{
    private readonly EquationDataset _dataset;
    private readonly Generator _generator;
    private readonly ITrainingEngine _engine;
    private readonly Trainer _trainer;
    private readonly int _torchThreads;

    private TimedRun(RunSettings settings, int torchThreads, MakeEngine makeEngine, RunSeed seed, int modulus)
    {
        // Every thread has a setting of its own.
        set_num_threads(torchThreads);
        _torchThreads = torchThreads;
        _dataset = new EquationDataset(modulus, Operation.Add);
        _generator = new Generator(seed.Data);
        Order = new BatchOrder(DatasetSplit.ByFraction(_dataset, 0.8, _generator), settings.BatchSize, _generator);
        Model = GrokkingMlp.FromSeed((ulong)seed.Model, _dataset.Vocabulary.Count);
        Threads = settings.Threads ?? PhysicalCores.Count;
        _engine = makeEngine(Model, _dataset, settings);
        _trainer = new Trainer(_engine, Order);
    }

    private delegate ITrainingEngine MakeEngine(GrokkingMlp model, EquationDataset dataset, RunSettings settings);

    public int Threads { get; }

    public GrokkingMlp Model { get; }

    public BatchOrder Order { get; }

    public IEnumerable<CurvePoint> Curve => _trainer.History.Select(e => new CurvePoint(e.Epoch, e.Seconds, e.ValidationAccuracy));

    /// <summary>A run of the fused engine.</summary>
    public static TimedRun Fused(RunSettings settings, RunSeed seed, int modulus = 97) =>
        new(settings, 1, (model, dataset, run) => new FusedEngine(model, dataset, run.Optimizer, run.Threads), seed, modulus);

    /// <summary>A run of the autograd engine.</summary>
    public static TimedRun Autograd(RunSettings settings, RunSeed seed) =>
        new(settings, settings.Threads ?? 1, (model, dataset, run) => new AutogradEngine(model, dataset, run.Optimizer, run.Threads ?? 1), seed, 97);

    public double Seconds(int times)
    {
        // Other runs that take turns on this thread have another setting.
        set_num_threads(_torchThreads);
        var clock = Stopwatch.StartNew();
        _trainer.Train(_trainer.History.Count + times);
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>Trains until the history has some epochs, or until it is cancelled.</summary>
    public TrainingHistory Train(
        int epochs, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default) =>
        _trainer.Train(epochs, progress, cancellation);

    public void Dispose()
    {
        _engine.Dispose();
        Model.Dispose();
        _generator.Dispose();
        _dataset.Dispose();
    }
}
