using System.Runtime.InteropServices;
using Grokking.Data;
using Grokking.Models;
using static TorchSharp.torch;

namespace Grokking.Training.Runs;

/// <summary>
/// A run with all that belongs to it, which can stop and go on: its history and its weights are then, to the last bit, those
/// of a run that never stopped.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    private readonly Generator _generator;
    private readonly ITrainingEngine _engine;
    private readonly Trainer _trainer;

    /// <summary>A run from its beginning. It seeds torch's global generator.</summary>
    /// <exception cref="ArgumentException">The options make no sense; the message says which, and what would.</exception>
    public TrainingRun(RunOptions options)
        : this(options, null)
    {
    }

    /// <summary>A run from where it stopped.</summary>
    /// <exception cref="ArgumentException">The state does not fit its own options; the message says where.</exception>
    public TrainingRun(RunState state)
        : this(state.Options, state)
    {
    }

    private TrainingRun(RunOptions options, RunState? state)
    {
        Options = options;
        Dataset = new EquationDataset(options.Modulus, options.Operation);
        _generator = new Generator(options.DataSeed);
        var split = DatasetSplit.ByFraction(Dataset, options.TrainingFraction, _generator);
        Model = GrokkingMlp.FromSeed(options.Seed, Dataset.Vocabulary.Count);
        if (state is not null)
        {
            // Before there is an engine: one that keeps tables of the weights makes them when it is made.
            SetWeights(state.Weights);
            using var generator = tensor(state.Generator.ToArray());
            _generator.set_state(generator);
        }

        _engine = options.Engine switch
        {
            EngineKind.Fused => new FusedEngine(Model, Dataset, options.Recipe),
            EngineKind.Autograd => new AutogradEngine(Model, Dataset, options.Recipe),
            _ => throw new ArgumentException($"There is no engine {options.Engine}."),
        };
        try
        {
            if (state is not null)
            {
                _engine.SetOptimizerState(state.Optimizer);
            }
        }
        catch
        {
            // The engine has threads, and the caller would have no run to dispose of.
            Dispose();
            throw;
        }

        _trainer = new Trainer(_engine, new BatchOrder(split, options.Recipe.BatchSize, _generator), state: state?.Trainer);
    }

    /// <summary>What decides the run.</summary>
    public RunOptions Options { get; }

    /// <summary>The equations.</summary>
    public EquationDataset Dataset { get; }

    /// <summary>The network.</summary>
    public GrokkingMlp Model { get; }

    /// <summary>The finished epochs.</summary>
    public TrainingHistory History => _trainer.History;

    /// <summary>Trains until the history has the recipe's epochs, or until it is cancelled; see <see cref="Trainer.Train"/>.</summary>
    public TrainingHistory Train(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default) =>
        _trainer.Train(Options.Recipe.Epochs, progress, cancellation);

    /// <summary>The run as it stands. Not while a batch is trained: within progress, or when <see cref="Train"/> has returned.</summary>
    public RunState GetState()
    {
        using var scope = NewDisposeScope();
        return new RunState
        {
            Options = Options,
            Weights = Model.named_parameters().ToDictionary(
                entry => entry.name, entry => new ParameterValues(entry.parameter.shape, entry.parameter.detach().data<float>().ToArray())),
            Optimizer = _engine.GetOptimizerState(),
            Generator = _generator.get_state().data<byte>().ToArray(),
            Trainer = _trainer.GetState(),
        };
    }

    /// <summary>Ends the engine, and frees the network and the equations.</summary>
    public void Dispose()
    {
        _engine.Dispose();
        Model.Dispose();
        Dataset.Dispose();
        _generator.Dispose();
    }

    private void SetWeights(IReadOnlyDictionary<string, ParameterValues> weights)
    {
        using var withoutGradients = no_grad();
        foreach (var (name, parameter) in Model.named_parameters())
        {
            if (!weights.TryGetValue(name, out var values) || !values.Shape.SequenceEqual(parameter.shape))
            {
                throw new ArgumentException($"The run's '{name}' is not [{string.Join(", ", parameter.shape)}], which its options make it.");
            }

            values.Values.Span.CopyTo(MemoryMarshal.Cast<byte, float>(parameter.bytes));
        }
    }
}
