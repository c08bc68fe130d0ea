using Grokking.Data;
using static TorchSharp.torch;

namespace Grokking.Tests.Data;

public sealed class BatchOrderTests : IDisposable
{
    private readonly EquationDataset _dataset = new(97, Operation.Add);

    public void Dispose() => _dataset.Dispose();

    [Fact]
    public void The_original_has_15_training_and_4_validation_batches()
    {
        var order = SeedOrder();
        Assert.Equal(15, order.Training.Count);
        Assert.Equal(4, order.Validation.Count);
        Assert.Equal(512, order.BatchSize);
    }

    [Fact]
    public void Three_epochs_are_those_of_two_DataLoaders_on_one_Mersenne_twister()
    {
        var order = SeedOrder();
        var twister = new MersenneTwister(21);
        var equations = twister.Permutation(9409);
        var (training, validation) = (equations[..7528], equations[7528..]);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            Assert.Equal(PassOfADataLoader(twister, training), order.Training.SelectMany(batch => batch));
            Assert.Equal(PassOfADataLoader(twister, validation), order.Validation.SelectMany(batch => batch));
        }
    }

    [Fact]
    public void Every_pass_serves_each_equation_of_its_side_once()
    {
        var order = SeedOrder();
        for (var epoch = 0; epoch < 2; epoch++)
        {
            Assert.Equal(order.Split.Training.ToArray().Order(), order.Training.SelectMany(batch => batch).Order());
            Assert.Equal(order.Split.Validation.ToArray().Order(), order.Validation.SelectMany(batch => batch).Order());
        }
    }

    [Theory]
    [InlineData(1, 7528, 1881)]
    [InlineData(3764, 2, 1)]
    [InlineData(3763, 3, 1)]
    [InlineData(1_000_000, 1, 1)]
    [InlineData(int.MaxValue, 1, 1)]
    public void The_last_batch_takes_what_is_left(int batchSize, int training, int validation)
    {
        var order = SeedOrder(batchSize);
        Assert.Equal(training, order.Training.Count);
        Assert.Equal(validation, order.Validation.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-512)]
    public void A_batch_size_below_1_is_refused(int batchSize)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => SeedOrder(batchSize));
        Assert.StartsWith($"The batch size is {batchSize}; it has to be at least 1, such as 512.", error.Message);
    }

    private BatchOrder SeedOrder(int batchSize = 512)
    {
        var generator = new Generator(21);
        return new BatchOrder(DatasetSplit.ByFraction(_dataset, 0.8, generator), batchSize, generator);
    }

    /// <summary>
    /// What PyTorch's DataLoader and RandomSampler draw in one pass: a base seed of 64 bits, the permutation, and one
    /// more that a sampler cuts to the length that is left over: none.
    /// </summary>
    private static long[] PassOfADataLoader(MersenneTwister twister, long[] equations)
    {
        twister.Draw();
        twister.Draw();
        var permutation = twister.Permutation(equations.Length);
        twister.Permutation(equations.Length);
        return [.. permutation.Select(place => equations[place])];
    }
}
