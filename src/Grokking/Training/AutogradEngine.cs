using Grokking.Data;
using Grokking.Models;
using static TorchSharp.torch;

namespace Grokking.Training;

/// <summary>
/// Training as PyTorch does it: libtorch's autograd, and AdamW on its tensors. The reference that faster engines are held against.
/// </summary>
public sealed class AutogradEngine : ITrainingEngine
{
    private readonly EquationDataset _dataset;
    private readonly TensorAdamW _optimizer;

    /// <summary>
    /// An engine that trains a model on a dataset's equations. It sets libtorch's thread count, by default to 1: at
    /// these sizes a second thread gains little, and on a busy machine libtorch's threads spin for each other.
    /// </summary>
    /// <exception cref="ArgumentException">The model's vocabulary is not the dataset's.</exception>
    public AutogradEngine(GrokkingMlp model, EquationDataset dataset, TrainingOptions options)
    {
        model.RequireVocabulary(dataset);
        set_num_threads(options.Threads ?? 1);
        Model = model;
        _dataset = dataset;
        _optimizer = new TensorAdamW(model, options);
    }

    /// <inheritdoc/>
    public GrokkingMlp Model { get; }

    /// <inheritdoc/>
    public BatchResult TrainBatch(ReadOnlySpan<long> equations)
    {
        using var scope = NewDisposeScope();
        Model.zero_grad();
        var (loss, correct) = Forward(equations);
        loss.backward();
        _optimizer.Step();
        return new BatchResult(loss.item<double>(), correct);
    }

    /// <inheritdoc/>
    public BatchResult EvaluateBatch(ReadOnlySpan<long> equations)
    {
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        var (loss, correct) = Forward(equations);
        return new BatchResult(loss.item<double>(), correct);
    }

    /// <inheritdoc/>
    public OptimizerState GetOptimizerState() => _optimizer.State;

    /// <inheritdoc/>
    public void SetOptimizerState(OptimizerState state) => _optimizer.State = state;

    /// <summary>Frees the optimiser's state; the model and the dataset stay.</summary>
    public void Dispose() => _optimizer.Dispose();

    private (Tensor Loss, int Correct) Forward(ReadOnlySpan<long> equations)
    {
        var indices = tensor(equations.ToArray());
        var labels = _dataset.Labels.index_select(0, indices);
        // The seed casts to float64: in float32 the loss of a sure answer rounds to spikes.
        var logits = Model.forward(_dataset.Features.index_select(0, indices)).to(float64);
        var loss = nn.functional.cross_entropy(logits, labels);
        return (loss, logits.argmax(1).eq(labels).sum().to(int32).item<int>());
    }
}
