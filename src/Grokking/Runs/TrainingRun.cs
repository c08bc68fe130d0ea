using Grokking.Data;
using Grokking.Models;
using Grokking.Training;
using Grokking.Training.Fused;
using TorchSharp;

namespace Grokking.Runs;

/// <summary>
/// A run with all that belongs to it, which can stop and go on: its history and its weights are then, to the last bit, those
/// of a run that never stopped.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    private readonly torch.Generator _generator;
    private readonly BatchOrder _order;
    private readonly ITrainingEngine _engine;
    private readonly Trainer _trainer;

    /// <summary>A run from its beginning.</summary>
    /// <exception cref="ArgumentException">The settings make no sense; the message says which, and what would.</exception>
    public TrainingRun(RunSettings settings)
    {
        Require(settings);
        Settings = settings;
        Dataset = new EquationDataset(settings.Modulus, settings.Operation);
        _generator = new torch.Generator(settings.DataSeed);
        _order = new BatchOrder(settings.SplitOf(Dataset, _generator), settings.BatchSize, _generator);
        Model = Network.Parse(settings.Model)
            .FromSeed(settings.Seed, Dataset.Vocabulary.Count, new NetworkWidths(settings.EmbeddingWidth, settings.HiddenWidth));
        _engine = settings.Engine switch
        {
            EngineKind.Fused => new FusedEngine((GrokkingMlp)Model, Dataset, settings.Optimizer, settings.Threads),
            EngineKind.Autograd => new AutogradEngine(Model, Dataset, settings.Optimizer, settings.Threads ?? 1) { Loss = Loss.Parse(settings.Loss).Of },
            _ => throw new ArgumentException($"There is no engine {settings.Engine}."),
        };
        _trainer = new Trainer(_engine, _order);
    }

    /// <summary>A run from where it stopped.</summary>
    /// <exception cref="ArgumentException">The state does not fit its own settings, or has none; the message says where.</exception>
    public TrainingRun(RunState state)
        : this(state.Settings ?? throw new ArgumentException("The run was kept by a notebook's own loop, and only that can go on with it."))
    {
        try
        {
            state.Restore(_engine, _order, History);
        }
        catch
        {
            // The engine has threads, and the caller would have no run to dispose of.
            Dispose();
            throw;
        }
    }

    /// <summary>What decides the run.</summary>
    public RunSettings Settings { get; }

    /// <summary>The equations.</summary>
    public EquationDataset Dataset { get; }

    /// <summary>Which of them the run learns from.</summary>
    public DatasetSplit Split => _order.Split;

    /// <summary>How its equations are cut into steps.</summary>
    internal BatchOrder Order => _order;

    /// <summary>The network.</summary>
    public EquationModel Model { get; }

    /// <summary>The finished epochs.</summary>
    public TrainingHistory History => _trainer.History;

    /// <summary>The most threads that an engine which chooses them itself may choose; not while an epoch is trained.</summary>
    internal int MostThreads
    {
        set
        {
            if (_engine is FusedEngine engine)
            {
                engine.MostThreads = value;
            }
        }
    }

    /// <summary>Trains until the history has the settings' epochs, or until it is cancelled or has diverged; see <see cref="Trainer.Train"/>.</summary>
    public TrainingHistory Train(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default) =>
        _trainer.Train(Settings.Epochs, progress, cancellation);

    /// <summary>The run as it stands. Not while an epoch is trained: within progress, or when <see cref="Train"/> has returned.</summary>
    public RunState GetState() => RunState.Of(_engine, _order, History) with { Settings = Settings };

    /// <summary>Makes sure that the engine can train the rest of the settings.</summary>
    /// <exception cref="ArgumentException">It can't; the message says why, and which can.</exception>
    internal static void Require(RunSettings settings)
    {
        if (settings.Engine == EngineKind.Fused)
        {
            FusedEngine.Require(settings.Optimizer);
            if (settings.Loss != RunSettings.Original.Loss)
            {
                throw new ArgumentException($"The fused engine trains with cross-entropy, not {settings.Loss}; the engine autograd takes any loss.");
            }

            if (settings.Model != RunSettings.Original.Model)
            {
                throw new ArgumentException($"The fused engine trains the model mlp, not {settings.Model}; the engine autograd trains any.");
            }
        }
    }

    /// <summary>Ends the engine, and frees the network and the equations.</summary>
    public void Dispose()
    {
        _engine.Dispose();
        Model.Dispose();
        Dataset.Dispose();
        _generator.Dispose();
    }
}
