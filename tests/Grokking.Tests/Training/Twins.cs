using Grokking.Data;
using Grokking.Models;
using static TorchSharp.torch;

namespace Grokking.Tests.Training;

/// <summary>Two networks with the same weights, one for each engine, and the equations of both.</summary>
internal sealed class Twins : IDisposable
{
    public Twins(Shape shape, long seed = 0)
    {
        Dataset = new EquationDataset(shape.Modulus, shape.Operation);
        Fused = New();
        Autograd = New();

        GrokkingMlp New()
        {
            manual_seed(seed);
            return new GrokkingMlp(Dataset.Vocabulary.Count, shape.Embedding, shape.Hidden);
        }
    }

    public EquationDataset Dataset { get; }

    public GrokkingMlp Fused { get; }

    public GrokkingMlp Autograd { get; }

    /// <summary>Equations drawn at random, without repetition while there are enough.</summary>
    public long[] Batch(int size, Random random)
    {
        long[] all = [.. Enumerable.Range(0, Dataset.Count).Select(equation => (long)equation)];
        random.Shuffle(all);
        return [.. Enumerable.Range(0, size).Select(i => all[i % all.Length])];
    }

    public void Dispose()
    {
        Fused.Dispose();
        Autograd.Dispose();
        Dataset.Dispose();
    }
}
