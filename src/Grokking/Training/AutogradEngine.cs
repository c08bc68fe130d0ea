using Grokking.Data;
using Grokking.Models;
using static TorchSharp.torch;

namespace Grokking.Training;

/// <summary>
/// Training as PyTorch does it: any network, any optimiser, by libtorch's autograd. The reference that faster engines are held
/// against.
/// </summary>
public sealed class AutogradEngine : ITrainingEngine
{
    private readonly EquationDataset _dataset;
    private readonly IOptimizer _optimizer;
    private readonly double _learningRate;
    private long _step;

    /// <summary>
    /// An engine that trains a model on a dataset's equations, and disposes of the optimiser with itself. It sets libtorch's
    /// thread count: at these sizes a second thread gains little, and on a busy machine libtorch's threads spin for each other.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="dataset">The equations.</param>
    /// <param name="optimizer">Made for this model's parameters.</param>
    /// <param name="threads">libtorch's threads.</param>
    /// <exception cref="ArgumentException">The model's vocabulary is not the dataset's, or it has no parameters that can be trained.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is not from 1 to 256.</exception>
    public AutogradEngine(EquationModel model, EquationDataset dataset, IOptimizer optimizer, int threads = 1)
    {
        model.RequireTrainable(dataset);
        set_num_threads(Legal.Threads(threads)!.Value);
        Model = model;
        _dataset = dataset;
        _optimizer = optimizer;
        _learningRate = optimizer.LearningRate;
    }

    /// <summary>An engine with the optimiser that the settings name: AdamW, as the original has it, unless they say otherwise.</summary>
    /// <exception cref="ArgumentException">The model's vocabulary is not the dataset's, or there is no optimiser of this name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is not from 1 to 256.</exception>
    public AutogradEngine(EquationModel model, EquationDataset dataset, OptimizerSettings settings, int threads = 1)
        : this(model, dataset, Optimizer.Parse(settings.Name).Create(model, settings), threads) =>
        LearningRateFactor = settings.LearningRateFactor;

    /// <inheritdoc/>
    public EquationModel Model { get; }

    /// <summary>
    /// The loss of a batch, a scalar: of logits <c>[n, vocabulary] float64</c> and labels <c>[n] int64</c>. Cross-entropy by default.
    /// </summary>
    public Func<Tensor, Tensor, Tensor> Loss { get; init; } = Training.Loss.Parse("cross-entropy").Of;

    /// <summary>The share of the optimiser's learning rate that a step has (PyTorch's <c>LambdaLR</c>), by its number from 1; 1 by default, or with <see cref="OptimizerSettings"/> their warm-up.</summary>
    public Func<long, double> LearningRateFactor { get; init; } = _ => 1;

    /// <summary>What to do with the gradients between the backward pass and the step; nothing by default.</summary>
    public Action<EquationModel>? BeforeStep { get; init; }

    /// <inheritdoc/>
    public OptimizerStateDict OptimizerStateDict
    {
        get => _optimizer.State with { Step = _step };
        set => (_optimizer.State, _step) = (value, value.Step);
    }

    /// <summary>What it has done, and to which network.</summary>
    public override string ToString() => FormattableString.Invariant($"AutogradEngine after {_step:N0} steps of {_optimizer.GetType().Name}; {Model}");

    /// <inheritdoc/>
    public BatchResult TrainBatch(ReadOnlySpan<long> indices)
    {
        using var scope = NewDisposeScope();
        Model.zero_grad();
        var (loss, correct) = Forward(indices);
        if (!loss.requires_grad)
        {
            throw new InvalidOperationException("The loss leads back to no parameter: all of them are frozen, forward or Loss detaches it, or this runs within no_grad().");
        }

        loss.backward();
        BeforeStep?.Invoke(Model);
        _optimizer.LearningRate = _learningRate * LearningRateFactor(++_step);
        _optimizer.Step();
        return new BatchResult(loss.item<double>(), correct);
    }

    /// <inheritdoc/>
    public BatchResult EvaluateBatch(ReadOnlySpan<long> indices)
    {
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        using var evaluating = Model.Evaluating();
        var (loss, correct) = Forward(indices);
        return new BatchResult(loss.item<double>(), correct);
    }

    /// <summary>Frees the optimiser's state; the model and the dataset stay.</summary>
    public void Dispose() => _optimizer.Dispose();

    private (Tensor Loss, int Correct) Forward(ReadOnlySpan<long> indices)
    {
        _dataset.RequireIndices(indices);
        var equations = tensor(indices.ToArray());
        var labels = _dataset.Labels.index_select(0, equations);
        // The original casts to float64: in float32 the loss of a sure answer rounds to spikes.
        var logits = Model.Logits(_dataset, equations).to(float64);
        var loss = Loss(logits, labels);
        if (loss.numel() != 1)
        {
            throw new InvalidOperationException($"The loss of a batch is [{string.Join(", ", loss.shape)}]; it has to be one number, the batch's mean.");
        }

        return (loss, (int)Evaluation.Correct(logits, labels));
    }
}
