using System.Diagnostics;
using System.Runtime.InteropServices;
using Grokking.Data;
using Grokking.Models;
using Grokking.Runtime;

namespace Grokking.Training.Fused;

/// <summary>
/// Trains a <see cref="GrokkingMlp"/> in place, several times faster than <see cref="AutogradEngine"/>: the same
/// algorithm in hand-written SIMD, on as many threads as pay. The weights, step for step, are those of the model's
/// own tensors. Where somebody else writes to these between two batches, as <see cref="EquationModel.LoadWeights"/> does, the engine
/// looks at all of them anew; a single number that is changed by hand it may not notice.
/// </summary>
/// <remarks>
/// The first two layers are in factored form: see <see cref="FactoredLayers"/>. A step has barriers between its phases. A batch
/// is always cut into the same chunks, each chunk's gradients have memory of their own, and they are added in the order of the
/// chunks: what is computed, to the last bit, does not depend on how many threads there are. Two cores exchange sums, a
/// fraction of what the equations' rows would be.
/// <code>
///   chunks      own chunks       hidden, logits, softmax, loss; of each chunk the gradient of W2, b2 and the tables (scatter)
///   sums        own classes      gradient of W2, b2
///               own units        gradient of the tables, of W1, b1
///   embeddings  own tokens       gradient of E; AdamW on E, W2 (also transposed), b1, b2
///   hidden      own units        AdamW on W1 (also transposed); A, B and c for the next step
/// </code>
/// </remarks>
public sealed class FusedEngine : ITrainingEngine
{
    private readonly OptimizerSettings _settings;
    private readonly ThreadTeam _team;
    private readonly ThreadChoice? _choice;
    private readonly Action<int> _trainStep;
    private readonly Action<int> _evaluateStep;
    private readonly int _tokens;
    private readonly int _width;
    private readonly int _units;
    private readonly FactoredLayers _hidden;
    private readonly LogitLayer _output;
    private readonly TrainedParameter[] _parameters;
    private readonly FusedBatch _batch;
    private AdamWKernel _adamW;
    private long _step;
    private ulong _mark;

    /// <summary>An engine that trains a model on a dataset's equations.</summary>
    /// <param name="model">The network, on the CPU, in float32.</param>
    /// <param name="dataset">The equations.</param>
    /// <param name="settings">AdamW's numbers.</param>
    /// <param name="threads">
    /// Threads that do the arithmetic; by default as many as pay, of at most as many as there are physical cores: see <see cref="ThreadChoice"/>.
    /// </param>
    /// <exception cref="ArgumentException">The model's vocabulary is not the dataset's, or the optimiser is not AdamW, or a weight is frozen.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is not from 1 to 256.</exception>
    /// <exception cref="NotSupportedException">The model is on another device, or its weights have gaps.</exception>
    public FusedEngine(GrokkingMlp model, EquationDataset dataset, OptimizerSettings settings, int? threads = null)
    {
        model.RequireTrainable(dataset);
        Require(settings);
        Legal.Threads(threads);
        if (model.State.FirstOrDefault(entry => !entry.Value.requires_grad) is { Key: { } frozen })
        {
            throw new ArgumentException($"The fused engine trains every weight, and '{frozen}' is frozen (its requires_grad is false); the autograd engine leaves it as it is.");
        }

        Model = model;
        _settings = settings;
        (_tokens, _width, _units) = (model.VocabularySize, model.EmbeddingWidth, model.HiddenWidth);
        _hidden = new FactoredLayers(model, dataset);
        _output = new LogitLayer(model, _hidden.Stride);
        _parameters = [_hidden.Embedding, _hidden.Weight, _hidden.Bias, _output.Weight, _output.Bias];
        _batch = new FusedBatch(dataset, _hidden.Stride, _output.Stride);

        // libtorch's own threads would spin for the cores that this engine uses.
        TorchSharp.torch.set_num_threads(1);
        _choice = threads is null ? new ThreadChoice(PhysicalCores.Count) : null;
        _team = new ThreadTeam(threads ?? PhysicalCores.Count);
        _trainStep = TrainStep;
        _evaluateStep = EvaluateStep;
        _team.Run(Prepare);
        _mark = Mark();
    }

    /// <inheritdoc/>
    public EquationModel Model { get; }

    /// <inheritdoc/>
    public OptimizerStateDict OptimizerStateDict
    {
        get => new(_step, _parameters.SelectMany(parameter => parameter.Moments).ToDictionary());
        set
        {
            if (value.Tensors.Keys.Except(OptimizerStateDict.Tensors.Keys).FirstOrDefault() is { } unknown)
            {
                throw new ArgumentException($"The optimiser's state has '{unknown}', which this optimiser does not remember.");
            }

            foreach (var parameter in _parameters)
            {
                parameter.SetMoments(value);
            }

            _step = value.Step;
            _team.Run(Prepare);
            _mark = Mark();
        }
    }

    /// <summary>The most threads that the engine may choose, where it chooses; as many as there are physical cores unless others want theirs.</summary>
    internal int MostThreads
    {
        set
        {
            if (_choice is not null && _choice.Most != value)
            {
                _choice.Most = value;
                Threads = _choice.Threads;
            }
        }
    }

    /// <summary>The threads that do the next step; those of the engine's own choice unless the number is fixed.</summary>
    internal int Threads
    {
        get => _team.Size;
        set => _team.Size = value;
    }

    /// <inheritdoc/>
    public BatchResult TrainBatch(ReadOnlySpan<long> indices)
    {
        ObjectDisposedException.ThrowIf(_team.IsDisposed, this);
        _batch.Gather(indices);
        LookAnew();
        _adamW = new AdamWKernel(_settings, ++_step);
        var began = Stopwatch.GetTimestamp();
        _team.Run(_trainStep);
        if (_choice is not null)
        {
            _choice.Took(Stopwatch.GetElapsedTime(began), _batch.Count);
            Threads = _choice.Threads;
        }

        _mark = Mark();
        return _batch.Summarise();
    }

    /// <inheritdoc/>
    public BatchResult EvaluateBatch(ReadOnlySpan<long> indices)
    {
        ObjectDisposedException.ThrowIf(_team.IsDisposed, this);
        _batch.Gather(indices);
        LookAnew();
        _team.Run(_evaluateStep);
        return _batch.Summarise();
    }

    /// <summary>What it has done, and to which network.</summary>
    public override string ToString() => FormattableString.Invariant($"FusedEngine after {_step:N0} steps of {_settings.Name}; {Model}");

    /// <summary>Ends the engine's threads; the model keeps its weights.</summary>
    public void Dispose()
    {
        _team.Dispose();
        foreach (var parameter in _parameters)
        {
            parameter.Dispose();
        }
    }

    /// <summary>A member's share of some results, in whole blocks: a cache line is written by one thread only.</summary>
    private Range Share(int member, int count, int block = 1)
    {
        var blocks = (count + block - 1) / block;
        return Math.Min(blocks * member / _team.Size * block, count)..Math.Min(blocks * (member + 1) / _team.Size * block, count);
    }

    /// <summary>Makes sure that these are numbers of an optimiser that the engine has.</summary>
    /// <exception cref="ArgumentException">They are not; the message says why, and which engine has it.</exception>
    internal static void Require(OptimizerSettings settings)
    {
        if (settings.Name != "adamw")
        {
            throw new ArgumentException($"The fused engine takes AdamW's steps, not those of '{settings.Name}'; the autograd engine takes them.");
        }

        if ((settings.HiddenLearningRateFactor, settings.HiddenWeightDecayFactor) != (1, 1))
        {
            throw new ArgumentException("The fused engine gives all weights one learning rate and one decay; the autograd engine takes factors for the hidden ones.");
        }

        if (settings.Epsilon < AdamWKernel.LeastEpsilon)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The fused engine takes the roots of second moments below {AdamWKernel.LeastEpsilon} for zero, and the epsilon {settings.Epsilon} is less than that; the autograd engine takes any."));
        }
    }

    /// <summary>Makes what is made of the weights once more, where somebody else has written to them.</summary>
    private void LookAnew()
    {
        var mark = Mark();
        if (mark != _mark)
        {
            _team.Run(Prepare);
            _mark = mark;
        }
    }

    /// <summary>Of some weights here and there, so that it costs nothing: after a write to all of a large tensor it is another.</summary>
    private ulong Mark()
    {
        const int apart = 4093;
        var mark = 0UL;
        foreach (var parameter in _parameters)
        {
            var bits = MemoryMarshal.Cast<float, uint>(parameter.Values.Span);
            for (var i = 0; i < bits.Length; i += apart)
            {
                mark = (31 * mark) + bits[i];
            }
        }

        return mark;
    }

    /// <summary>Makes what is made of the weights.</summary>
    private void Prepare(int member)
    {
        _hidden.MakeTables(Share(member, _units, Softmax.Padding));
        _output.TransposeRows(Share(member, _tokens));
        if (member == 0)
        {
            _output.PadBias();
        }
    }

    private void EvaluateStep(int member) => _batch.Forward(_hidden, _output, Share(member, _batch.Count), scale: 0);

    private void TrainStep(int member)
    {
        var units = Share(member, _units, Softmax.Padding);
        var tokens = Share(member, _tokens);

        for (var chunk = FusedBatch.Chunks * member / _team.Size; chunk < FusedBatch.Chunks * (member + 1) / _team.Size; chunk++)
        {
            _batch.Forward(_hidden, _output, _batch.Chunk(chunk), scale: 1f / _batch.Count);
            _batch.Backward(_hidden, _output, chunk);
        }

        _team.Barrier();

        _output.SumGradients(tokens);
        _hidden.SumGradients(units);
        _team.Barrier();

        _hidden.EmbeddingGradient(tokens);
        _hidden.Embedding.Update(_adamW, tokens, _width);
        _output.Weight.Update(_adamW, tokens, _units);
        _output.TransposeRows(tokens);
        if (member == 0)
        {
            _hidden.Bias.Update(_adamW, .._units, 1);
            _output.Bias.Update(_adamW, .._tokens, 1);
            _output.PadBias();
        }

        _team.Barrier();

        _hidden.Weight.Update(_adamW, units, EquationDataset.TokensPerEquation * _width);
        _hidden.MakeTables(units);
    }
}
