using Grokking.Data;

namespace Grokking.Tests.Training;

/// <summary>The sizes of a run: of its equations, its network and its batch.</summary>
public sealed record Shape(int Modulus, int Embedding, int Hidden, int Batch)
{
    public Operation Operation { get; init; } = Operation.Add;

    public static Shape Original { get; } = new(97, 128, 128, 512);
}
