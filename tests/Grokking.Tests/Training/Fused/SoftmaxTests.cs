using System.Runtime.Intrinsics;
using FsCheck;
using FsCheck.Xunit;
using Grokking.Training.Fused;

namespace Grokking.Tests.Training.Fused;

public sealed class SoftmaxTests
{
    // A difference of logits, of up to 69 before its exponential counts as nothing, is rounded to 4e-6; the rest adds a few ulp.
    private const double Tolerance = 6e-6;

    [Property(MaxTest = 300)]
    public void Loss_and_gradient_are_those_of_a_softmax_in_float64(PositiveInt classes, PositiveInt spread, NonNegativeInt chosen, int seed)
    {
        var random = new Random(seed);
        float[] logits = [.. Enumerable.Range(0, classes.Get).Select(_ => spread.Get * ((2 * random.NextSingle()) - 1))];
        float[] bias = [.. Enumerable.Range(0, classes.Get).Select(_ => (2 * random.NextSingle()) - 1)];
        AssertCrossEntropy(logits, bias, chosen.Get % classes.Get);
    }

    /// <summary>The loss of a sure answer is the sum of the other probabilities: taken as log(p) it would round to 0 or 6e-8.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(30)]
    [InlineData(40)]
    [InlineData(60)]
    public void The_loss_of_a_sure_answer_keeps_its_digits(float lead)
    {
        var logits = new float[99];
        logits[7] = lead;
        var (loss, gradient, correct) = CrossEntropy(logits, new float[99], 7);
        var others = 98 * Math.Exp(-lead);
        // log(1 + x) to three terms; the first left out is below 1e-10 of the loss from a lead of 10 on.
        var expected = others - (others * others / 2) + (others * others * others / 3);
        Assert.True(correct);
        Assert.Equal(1, loss / expected, 1e-6);
        Assert.Equal(1, gradient[7] / (-others / (1 + others)), 1e-6);
        Assert.Equal(0, gradient.Select(number => (double)number).Sum(), 1e-6 * others);
    }

    [Theory]
    [InlineData(100, -100, 0)]
    [InlineData(-100, 100, 200)]
    [InlineData(100, 100, 0.6931471805599453)]
    [InlineData(-100, -100, 0.6931471805599453)]
    [InlineData(3e38f, -3e38f, 0)]
    public void Logits_of_any_size_have_a_finite_loss_and_gradient(float label, float other, double expected)
    {
        var (loss, gradient, correct) = CrossEntropy([label, other], [0, 0], 0);
        Assert.Equal(expected, loss, 1e-7 * Math.Max(1, expected));
        Assert.Equal(label >= other, correct);
        Assert.Equal(-gradient[1], gradient[0], 1e-7);
    }

    /// <summary>As PyTorch's argmax: of equal logits the first counts.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(20, false)]
    public void Of_equal_largest_logits_the_first_is_the_answer(int label, bool expected) =>
        Assert.Equal(expected, CrossEntropy(new float[21], new float[21], label).Correct);

    [Fact]
    public void One_class_is_always_right() => Assert.Equal((0, true), (CrossEntropy([5], [1], 0).Loss, CrossEntropy([5], [1], 0).Correct));

    [Fact]
    public void A_logit_that_is_no_number_makes_the_loss_none() =>
        Assert.Equal(double.NaN, CrossEntropy([1, float.NaN, 2], [0, 0, 0], 0).Loss);

    [Fact]
    public void With_a_scale_of_zero_the_loss_is_the_same()
    {
        float[] logits = [1, 2, 4];
        Assert.Equal(CrossEntropy(logits, [0, 0, 0], 1).Loss, CrossEntropy(logits, [0, 0, 0], 1, scale: 0).Loss);
    }

    [Theory]
    [InlineData(15, 15, 0)]
    [InlineData(16, 32, 0)]
    [InlineData(16, 16, 16)]
    [InlineData(16, 16, -1)]
    public void What_is_no_padded_row_is_refused(int logits, int bias, int label) =>
        Assert.Throws<ArgumentException>(() => Softmax.CrossEntropy(new float[logits], new float[bias], label, 1, out _));

    [Fact]
    public void The_exponential_is_right_to_two_units_in_the_last_place()
    {
        var worst = 0.0;
        for (var x = 0f; x > -69; x -= 0.00037f)
        {
            var expected = Math.Exp(x);
            var nearest = (float)expected;
            worst = Math.Max(worst, Math.Abs(Softmax.Exp(Vector512.Create(x))[0] - expected) / (MathF.BitIncrement(nearest) - nearest));
        }

        Assert.True(worst <= 2, $"The exponential is {worst:F2} units away.");
    }

    [Fact]
    public void The_exponential_of_zero_is_one_and_far_below_it_is_zero()
    {
        Assert.Equal(1, Softmax.Exp(Vector512.Create(0f))[0]);
        Assert.Equal(0, Softmax.Exp(Vector512.Create(-70f))[0]);
        Assert.Equal(0, Softmax.Exp(Vector512.Create(float.NegativeInfinity))[0]);
    }

    private static void AssertCrossEntropy(float[] logits, float[] bias, int label)
    {
        // What enters the softmax is the float32 sum, as in the original, where only the softmax is in float64.
        double[] biased = [.. logits.Zip(bias, (logit, shift) => (double)(logit + shift))];
        var maximum = biased.Max();
        var others = biased.Where((_, i) => i != label).Sum(logit => Math.Exp(logit - maximum));
        var sum = others + Math.Exp(biased[label] - maximum);
        var (loss, gradient, correct) = CrossEntropy(logits, bias, label);

        // Against its own size: neither 1 − p nor log p may cancel. What is below e^-69 counts as nothing.
        AssertNear(biased[label] == maximum ? LogOnePlus(others) : maximum - biased[label] + Math.Log(sum), loss, "loss");
        Assert.Equal(Array.IndexOf(biased, maximum) == label, correct);
        for (var i = 0; i < biased.Length; i++)
        {
            AssertNear(i == label ? -others / sum : Math.Exp(biased[i] - maximum) / sum, gradient[i], $"gradient {i}");
        }

        void AssertNear(double expected, double actual, string what) =>
            Assert.True(
                Math.Abs(expected - actual) <= (Tolerance * Math.Abs(expected)) + (logits.Length * 2e-30),
                $"The {what} is {actual:R}, in float64 it is {expected:R}.");
    }

    private static double LogOnePlus(double x) => x < 1e-3 ? x - (x * x / 2) + (x * x * x / 3) - (x * x * x * x / 4) : Math.Log(1 + x);

    /// <summary>Pads a row as the engine does, and asserts that the padding stays out of it.</summary>
    private static (double Loss, float[] Gradient, bool Correct) CrossEntropy(float[] logits, float[] bias, int label, float scale = 1)
    {
        var padded = (logits.Length + Softmax.Padding - 1) / Softmax.Padding * Softmax.Padding;
        var row = new float[padded];
        var shift = new float[padded];
        Array.Fill(shift, float.NegativeInfinity);
        logits.CopyTo(row, 0);
        bias.CopyTo(shift, 0);
        var loss = Softmax.CrossEntropy(row, shift, label, scale, out var correct);
        if (double.IsFinite(loss))
        {
            Assert.All(row[logits.Length..], number => Assert.Equal(0, number));
        }

        return (loss, row[..logits.Length], correct);
    }
}
