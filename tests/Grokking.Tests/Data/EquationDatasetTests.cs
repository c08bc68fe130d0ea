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
    public void The_labels_of_addition_are_the_originals_tensor_expression()
    {
        using var dataset = new EquationDataset(97, Operation.Add);
        var numbers = arange(97, dtype: ScalarType.Int64);
        Assert.True((numbers.unsqueeze(1) + numbers.unsqueeze(0)).remainder(97).flatten().equal(dataset.Labels).all().item<bool>());
    }

    [Fact]
    public void An_equation_reads_as_in_the_original()
    {
        using var dataset = new EquationDataset(97, Operation.Add);
        Assert.Equal("32 + 72 = 7", dataset.TextOf((32 * 97) + 72));
        Assert.Equal("a + b = y (mod 97): 9,409 equations, 99 tokens", dataset.ToString());
    }

    [Fact]
    public void Division_leaves_out_the_pairs_with_b_0_and_keeps_the_order()
    {
        using var dataset = new EquationDataset(97, Operation.Parse("/"));
        Assert.Equal(97 * 96, dataset.Count);
        Assert.Equal([97 * 96, 4], dataset.Features.shape);
        Assert.Equal([97 * 96], dataset.Labels.shape);
        for (var equation = 0; equation < dataset.Count; equation++)
        {
            var (a, b) = (equation / 96, (equation % 96) + 1);
            Assert.Equal([a, 97, b, 98], dataset.TokensOf(equation).ToArray());
            Assert.Equal(a, dataset.LabelOf(equation) * b % 97);
        }

        Assert.Equal("1 / 2 = 49", dataset.TextOf(96 + 1));
        Assert.Equal("a / b = y (mod 97): 9,312 equations, 99 tokens", dataset.ToString());
    }

    [Fact]
    public void S5_has_14400_equations_of_120_elements()
    {
        using var dataset = new EquationDataset(120, Operation.Parse("s5:xy"));
        Assert.Equal((14_400, 122), (dataset.Count, dataset.Vocabulary.Count));
        Assert.Equal("119 s5:xy 119 = 0", dataset.TextOf(14_399));
        Assert.Equal([119, 120, 119, 121, 0], dataset.Vocabulary.Encode("119 s5:xy 119 = 0"));
        Assert.Equal("a s5:xy b = y (120 elements): 14,400 equations, 122 tokens", dataset.ToString());
    }

    [Fact]
    public void The_modulus_of_an_operation_that_does_not_divide_may_be_composite()
    {
        using var dataset = new EquationDataset(96, Operation.Add);
        Assert.Equal(96 * 96, dataset.Count);
        Assert.Equal("95 + 95 = 94", dataset.TextOf(dataset.Count - 1));
    }

    [Theory]
    [InlineData("+", -7, "it has to be from 2 to 1009, such as 97.")]
    [InlineData("+", 0, "it has to be from 2 to 1009, such as 97.")]
    [InlineData("+", 1, "it has to be from 2 to 1009, such as 97.")]
    [InlineData("+", 1010, "it has to be from 2 to 1009, such as 97.")]
    [InlineData("+", int.MaxValue, "it has to be from 2 to 1009, such as 97.")]
    [InlineData("/", 96, "for '/' it has to be a prime from 2 to 1009, such as 97.")]
    [InlineData("/-", 961, "for '/-' it has to be a prime from 2 to 1009, such as 97.")]
    [InlineData("s5:xyx", 97, "for 's5:xyx' it has to be 120.")]
    public void A_modulus_that_the_operation_does_not_take_is_refused(string symbol, int modulus, string sentence)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new EquationDataset(modulus, Operation.Parse(symbol)));
        Assert.StartsWith($"The modulus is {modulus}; {sentence}", error.Message);
    }

    [Fact]
    public void The_smallest_and_the_largest_modulus_are_taken()
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
