using Grokking.Models;
using static TorchSharp.torch;

namespace Grokking.Tests.Models;

public sealed class GrokkingMlpTests
{
    [Fact]
    public void The_seeds_network_has_91107_parameters_with_PyTorchs_names_and_shapes()
    {
        using var model = new GrokkingMlp();
        Assert.Equal(91_107, model.ParameterCount);
        Assert.Equal(
            ["net.0.weight [99, 128]", "net.2.weight [128, 512]", "net.2.bias [128]", "net.4.weight [99, 128]", "net.4.bias [99]"],
            model.named_parameters().Select(p => $"{p.name} [{string.Join(", ", p.parameter.shape)}]"));
        Assert.All(model.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    [Fact]
    public void The_sizes_are_those_asked_for()
    {
        using var model = new GrokkingMlp(vocabulary: 7, embedding: 3, hidden: 5);
        Assert.Equal((7, 3, 5), (model.VocabularySize, model.EmbeddingWidth, model.HiddenWidth));
        Assert.Equal([7, 3], model.Embedding.weight!.shape);
        Assert.Equal([5, 12], model.HiddenLayer.weight!.shape);
        Assert.Equal([7, 5], model.OutputLayer.weight!.shape);
        Assert.Equal((7 * 3) + (5 * 12) + 5 + (7 * 5) + 7, model.ParameterCount);
    }

    [Fact]
    public void Biases_start_at_zero_and_weights_at_their_standard_deviations()
    {
        manual_seed(1);
        using var model = new GrokkingMlp();
        Assert.Equal(0, model.HiddenLayer.bias!.abs().max().item<float>());
        Assert.Equal(0, model.OutputLayer.bias!.abs().max().item<float>());
        // Kaiming: the root of 2 / fan-in. The standard error of a deviation is deviation / root of 2n: 1% covers four.
        AssertDeviation(1, model.Embedding.weight!);
        AssertDeviation(Math.Sqrt(2.0 / 512), model.HiddenLayer.weight!);
        AssertDeviation(Math.Sqrt(2.0 / 128), model.OutputLayer.weight!);

        static void AssertDeviation(double expected, Tensor weight) =>
            Assert.Equal(1, weight.std().item<float>() / expected, 0.03);
    }

    [Fact]
    public void One_seed_gives_one_network()
    {
        manual_seed(5);
        using var first = new GrokkingMlp(7, 3, 5);
        using var other = new GrokkingMlp(7, 3, 5);
        manual_seed(5);
        using var again = new GrokkingMlp(7, 3, 5);
        Assert.Equal(Weights.Of(first), Weights.Of(again));
        Assert.NotEqual(Weights.Of(first), Weights.Of(other));
    }

    [Fact]
    public void Logits_are_plain_arithmetic_on_the_weights()
    {
        manual_seed(2);
        using var model = new GrokkingMlp(vocabulary: 7, embedding: 3, hidden: 5);
        // Biases that are not zero, so that a bias left out would show.
        using (no_grad())
        {
            model.HiddenLayer.bias!.normal_();
            model.OutputLayer.bias!.normal_();
        }

        long[,] tokens = { { 0, 5, 4, 6 }, { 3, 5, 3, 6 }, { 4, 5, 1, 6 } };
        using var logits = model.forward(tensor(tokens));
        Assert.Equal([3, 7], logits.shape);
        Assert.Equal(ScalarType.Float32, logits.dtype);

        var (embedding, w1, b1, w2, b2) = Weights.ByLayer(model);
        for (var row = 0; row < 3; row++)
        {
            var hidden = new double[5];
            for (var h = 0; h < 5; h++)
            {
                hidden[h] = b1[h];
                for (var token = 0; token < 4; token++)
                {
                    for (var d = 0; d < 3; d++)
                    {
                        hidden[h] += w1[(h * 12) + (token * 3) + d] * embedding[(tokens[row, token] * 3) + d];
                    }
                }
            }

            for (var output = 0; output < 7; output++)
            {
                var expected = b2[output] + Enumerable.Range(0, 5).Sum(h => w2[(output * 5) + h] * Math.Max(0, hidden[h]));
                Assert.Equal(expected, logits[row, output].item<float>(), 1e-5);
            }
        }
    }

    [Fact]
    public void A_network_outlives_the_dispose_scope_it_was_made_in()
    {
        GrokkingMlp model;
        using (NewDisposeScope())
        {
            model = new GrokkingMlp(7, 3, 5);
        }

        using (model)
        {
            Assert.Equal(128, model.ParameterCount);
            Assert.Equal(5, model.state_dict().Count);
        }
    }

    [Fact]
    public void Tokens_of_another_shape_are_refused()
    {
        using var model = new GrokkingMlp(7, 3, 5);
        Assert.Equal(
            "The input has shape [2, 5]; it has to be [n, 4] token ids.",
            Assert.Throws<ArgumentException>(() => model.forward(zeros([2, 5], ScalarType.Int64))).Message);
        Assert.Throws<ArgumentException>(() => model.forward(zeros([4], ScalarType.Int64)));
    }

    [Theory]
    [InlineData(0, 3, 5)]
    [InlineData(7, 0, 5)]
    [InlineData(7, 3, -1)]
    public void A_size_below_1_is_refused(int vocabulary, int embedding, int hidden)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GrokkingMlp(vocabulary, embedding, hidden));
    }
}
