using Grokking.Data;
using Grokking.Runtime;
using static TorchSharp.torch;

namespace Grokking.Models;

/// <summary>
/// A network that answers equations: what training, the analyses, checkpoints and charts need of it, and no more. To bring one of
/// your own, derive from it; register the layers as any TorchSharp module does.
/// </summary>
public abstract class EquationModel : nn.Module<Tensor, Tensor>
{
    static EquationModel() => NativeTorch.Load();

    /// <summary>A network of so many tokens.</summary>
    /// <param name="name">The network's name, in the words of its users.</param>
    /// <param name="vocabulary">Tokens, and so logits.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no token.</exception>
    protected EquationModel(string name, int vocabulary)
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        VocabularySize = vocabulary;
    }

    /// <summary>Tokens, and so logits.</summary>
    public int VocabularySize { get; }

    /// <summary>What a token is on its way in, <c>[vocabulary, width] float32</c>: the parameter itself.</summary>
    public abstract Tensor EmbeddingWeight { get; }

    /// <summary>What a token's logit is taken with on the way out, <c>[vocabulary, width] float32</c>: the parameter itself.</summary>
    public abstract Tensor UnembeddingWeight { get; }

    /// <summary>The number of trained numbers; 91,107 in the original.</summary>
    public long ParameterCount => parameters().Sum(parameter => parameter.numel());

    /// <summary>
    /// The matrices between the embedding and the unembedding, by name, which Muon trains: every parameter of two dimensions but these
    /// two; the hidden layer's weight in the MLP. A network that adds another embedding to its input, such as learned positions, leaves it out.
    /// </summary>
    public virtual IReadOnlyDictionary<string, Tensor> HiddenMatrices
    {
        get
        {
            string[] outer = [NameOf(EmbeddingWeight), NameOf(UnembeddingWeight)];
            return State.Where(entry => entry.Value.dim() == 2 && !outer.Contains(entry.Key)).ToDictionary();
        }
    }

    /// <summary>Its name and size: <c>GrokkingMlp: 91,107 parameters</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{GetName()}: {ParameterCount:N0} parameters");

    /// <summary>A network of the same shape, its weights drawn from torch's global generator.</summary>
    public abstract EquationModel Fresh();

    /// <summary>The network's own tokens for some equations, <c>[n, tokens] int64</c>: a, operation, b, <c>=</c> unless it wants others.</summary>
    /// <param name="dataset">The equations.</param>
    /// <param name="indices">Which of them, <c>[n] int64</c>.</param>
    public virtual Tensor TokensOf(EquationDataset dataset, Tensor indices) => dataset.Features.index_select(0, indices);

    /// <summary>The logits of some equations, <c>[n, vocabulary] float32</c>.</summary>
    /// <param name="dataset">The equations.</param>
    /// <param name="indices">Which of them, <c>[n] int64</c>.</param>
    /// <exception cref="InvalidOperationException"><c>forward</c> gives another shape.</exception>
    public Tensor Logits(EquationDataset dataset, Tensor indices)
    {
        var logits = forward(TokensOf(dataset, indices));
        return logits.dim() == 2 && logits.size(0) == indices.size(0) && logits.size(1) == VocabularySize ? logits
            : throw new InvalidOperationException($"{GetName()}.forward gives [{string.Join(", ", logits.shape)}]; it has to give [{indices.size(0)}, {VocabularySize}], a row of logits an equation.");
    }

    /// <summary>A network of its own with the same weights. It leaves torch's global generator as it was.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Fresh"/> makes a network of another shape.</exception>
    public EquationModel Copy()
    {
        var copy = GlobalGenerator.Borrow(Fresh);
        if (ReferenceEquals(copy, this) || !Shapes().SequenceEqual(copy.Shapes()))
        {
            var difference = ReferenceEquals(copy, this) ? "this network itself"
                : $"another: it has {copy.Shapes().Except(Shapes()).FirstOrDefault("fewer parameters")}, and this one {Shapes().Except(copy.Shapes()).FirstOrDefault("fewer parameters")}";
            throw new InvalidOperationException($"{GetName()}.Fresh() makes {difference}; it has to make a new network of the same shape.");
        }

        using var withoutGradients = no_grad();
        foreach (var (own, other) in parameters().Zip(copy.parameters()))
        {
            other.copy_(own);
        }

        copy.train(training);
        return copy;

    }

    /// <summary>Writes the weights: <c>.safetensors</c>, or <c>.pth</c> or <c>.pt</c> for PyTorch's <c>load_state_dict</c>.</summary>
    /// <exception cref="ArgumentException">The file has another extension.</exception>
    /// <exception cref="IOException">The disk refuses; what was in the file before is still there.</exception>
    public void Save(string path) => Checkpoint.Save(this, path);

    /// <summary>Reads weights into this network, as PyTorch's <c>load_state_dict</c> does.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no state dict of this network; the message says what differs.</exception>
    public void LoadWeights(string path)
    {
        using var state = StateDict.Open(path);
        Checkpoint.LoadInto(this, state);
    }

    /// <summary>The network, of those that the library has, that a checkpoint holds: any size.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no state dict of a network that is known here; the message says what differs.</exception>
    public static EquationModel Load(string path)
    {
        using var state = StateDict.Open(path);
        return Load(state);
    }

    /// <summary>The network, of those that the library has, that a state dict is of: any size.</summary>
    /// <exception cref="InvalidDataException">It is of none that is known here; the message says what differs.</exception>
    public static EquationModel Load(StateDict state) => Checkpoint.Load(state);

    /// <summary>The parameters by name, in the order of <c>parameters()</c>.</summary>
    internal IReadOnlyDictionary<string, Tensor> State => named_parameters().ToDictionary(entry => entry.name, entry => (Tensor)entry.parameter);

    /// <summary>The name of the parameter that a weight is, or is a view of.</summary>
    /// <exception cref="ArgumentException">It is computed from one, or the network's parameters are not such as are trained.</exception>
    internal string NameOf(Tensor weight)
    {
        RequireParameters();
        return State.FirstOrDefault(entry => entry.Value.storage<float>().data_ptr() == weight.storage<float>().data_ptr()).Key
            ?? throw new ArgumentException($"EmbeddingWeight and UnembeddingWeight of {GetName()} have to be parameters or views of them, not computed from them.");
    }

    /// <summary>Makes sure that an engine can train the network on a dataset.</summary>
    /// <exception cref="ArgumentException">It can't; the message says why.</exception>
    internal void RequireTrainable(EquationDataset dataset)
    {
        RequireVocabulary(dataset);
        RequireParameters();
    }

    private void RequireParameters()
    {
        if (State.Count == 0)
        {
            throw new ArgumentException($"{GetName()} has no parameters; its constructor has to end with RegisterComponents().");
        }

        if (State.FirstOrDefault(entry => entry.Value.dtype != ScalarType.Float32) is { Key: { } other })
        {
            throw new ArgumentException($"The weights of a network are float32, and '{other}' of {GetName()} is {State[other].dtype}.");
        }
    }

    /// <summary>Evaluation, as <c>eval()</c> has it, until it is disposed of: then the network trains again, if it did.</summary>
    internal IDisposable? Evaluating()
    {
        if (!training)
        {
            return null;
        }

        eval();
        return new TrainingAgain(this);
    }

    internal void RequireVocabulary(EquationDataset dataset)
    {
        if (VocabularySize != dataset.Vocabulary.Count)
        {
            throw new ArgumentException(
                $"The model has {VocabularySize} tokens and the dataset {dataset.Vocabulary.Count}; make it with as many as dataset.Vocabulary.Count.");
        }
    }

    private List<string> Shapes() => [.. named_parameters().Select(entry => $"'{entry.name}' [{string.Join(", ", entry.parameter.shape)}]")];

    /// <summary>Keeps the parameters from a dispose scope that the constructor may have run in.</summary>
    protected void KeepParameters()
    {
        foreach (var parameter in parameters())
        {
            parameter.DetachFromDisposeScope();
        }
    }

    private sealed class TrainingAgain(EquationModel model) : IDisposable
    {
        public void Dispose() => model.train();
    }
}
