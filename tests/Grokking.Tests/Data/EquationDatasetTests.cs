using Grokking.Data;
using static TorchSharp.torch;

namespace Grokking.Tests.Data;

public sealed class EquationDatasetTests
{
    [Fact]
    public void The_seeds_dataset_has_9409_equations_of_four_tokens()
    {
        using var dataset = new EquationDataset(97, Operation.Add);
        Assert.Equal(9409, dataset.Count);
        Assert.Equal([9409, 4], dataset.Features.shape);
        Assert.Equal([9409], dataset.Labels.shape);
        Assert.Equal(ScalarType.Int64, dataset.Features.dtype);
        Assert.Equal(ScalarType.Int64, dataset.Labels.dtype);
        Assert.Equal(99, dataset.Vocabulary.Count);
    }

    [Theory]
    [InlineData("+")]
    [InlineData("-")]
    [InlineData("*")]
    public void The_tensors_hold_every_pair_in_order_with_its_result(string symbol)
    {
        using var dataset = new EquationDataset(13, Operation.Parse(symbol));
        var features = dataset.Features.data<long>().ToArray();
        var labels = dataset.Labels.data<long>().ToArray();
        var equation = 0;
        for (var a = 0; a < 13; a++)
        {
            for (var b = 0; b < 13; b++, equation++)
            {
                long[] tokens = [a, 13, b, 14];
                var difference = symbol switch { "+" => a + b - labels[equation], "-" => a - b - labels[equation], _ => (a * b) - labels[equation] };
                Assert.Equal(tokens, features[(4 * equation)..((4 * equation) + 4)]);
                Assert.Equal(0, difference % 13);
                Assert.InRange(labels[equation], 0, 12);
                Assert.Equal(tokens, dataset.TokensOf(equation).ToArray());
                Assert.Equal(labels[equation], dataset.LabelOf(equation));
            }
        }

        Assert.Equal(dataset.Count, equation);
    }

    [Fact]
    public void The_labels_of_addition_are_the_seed_notebooks_tensor_expression()
    {
        using var dataset = new EquationDataset(97, Operation.Add);
        var numbers = arange(97, dtype: ScalarType.Int64);
        Assert.True((numbers.unsqueeze(1) + numbers.unsqueeze(0)).remainder(97).flatten().equal(dataset.Labels).all().item<bool>());
    }

    [Fact]
    public void An_equation_reads_as_in_the_seed_notebook()
    {
        using var dataset = new EquationDataset(97, Operation.Add);
        Assert.Equal("32 + 72 = 7", dataset.TextOf((32 * 97) + 72));
        Assert.Equal("a + b = y (mod 97): 9,409 equations, 99 tokens", dataset.ToString());
    }

    [Theory]
    [InlineData(-7)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(91)]
    [InlineData(961)]
    [InlineData(1013)]
    [InlineData(int.MaxValue)]
    public void A_modulus_that_is_no_prime_up_to_1009_is_refused(int modulus)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new EquationDataset(modulus, Operation.Add));
        Assert.StartsWith($"The modulus is {modulus}; it has to be a prime from 2 to 1009, such as 97.", error.Message);
    }

    [Fact]
    public void The_smallest_and_the_largest_prime_are_taken()
    {
        using var smallest = new EquationDataset(2, Operation.Add);
        using var largest = new EquationDataset(1009, Operation.Add);
        Assert.Equal([0, 1, 1, 0], smallest.Labels.data<long>().ToArray());
        Assert.Equal("1008 + 1008 = 1007", largest.TextOf(largest.Count - 1));
    }

    [Fact]
    public void The_tensors_outlive_the_dispose_scope_they_were_made_in()
    {
        EquationDataset dataset;
        using (NewDisposeScope())
        {
            dataset = new EquationDataset(5, Operation.Add);
        }

        using (dataset)
        {
            Assert.Equal(50, dataset.Labels.sum().item<long>());
        }
    }
}
