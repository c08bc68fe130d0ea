using Grokking.Analysis;
using Grokking.Models;
using static TorchSharp.torch;

namespace Grokking.Tests.Analysis;

public sealed class EmbeddingPlaneTests
{
    private const int Numbers = 11;
    private const int Width = 8;

    [Fact]
    public void On_the_plane_of_its_frequency_a_circle_is_a_circle()
    {
        using var model = Circle(frequency: 3, radius: 2);
        var points = EmbeddingPlane.OfFrequency(model, Numbers, 3).Project(model);

        for (var number = 0; number < Numbers; number++)
        {
            Assert.Equal(2, Math.Sqrt((points[number, 0] * points[number, 0]) + (points[number, 1] * points[number, 1])), 1e-5);
            // The next number stands 3/11 of a turn further.
            var next = (number + 1) % Numbers;
            var cosine = ((points[number, 0] * points[next, 0]) + (points[number, 1] * points[next, 1])) / 4;
            Assert.Equal(Math.Cos(Math.Tau * 3 / Numbers), cosine, 1e-5);
        }
    }

    [Fact]
    public void The_principal_plane_of_a_circle_is_the_circles()
    {
        using var model = Circle(frequency: 3, radius: 2);
        var points = EmbeddingPlane.OfPrincipalComponents(model, Numbers).Project(model);

        for (var number = 0; number < Numbers; number++)
        {
            Assert.Equal(2, Math.Sqrt((points[number, 0] * points[number, 0]) + (points[number, 1] * points[number, 1])), 1e-5);
        }
    }

    [Fact]
    public void Another_network_is_shown_on_the_first_ones_axes()
    {
        using var model = Circle(frequency: 3, radius: 2);
        using var half = Circle(frequency: 3, radius: 1);
        var plane = EmbeddingPlane.OfPrincipalComponents(model, Numbers);
        var (points, halfway) = (plane.Project(model), plane.Project(half));

        for (var number = 0; number < Numbers; number++)
        {
            Assert.Equal(points[number, 0] / 2, halfway[number, 0], 1e-5);
            Assert.Equal(points[number, 1] / 2, halfway[number, 1], 1e-5);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    public void A_frequency_that_the_numbers_do_not_have_is_refused(int frequency)
    {
        using var model = Circle(frequency: 1, radius: 1);
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => EmbeddingPlane.OfFrequency(model, Numbers, frequency));
        Assert.Contains($"The frequency is {frequency}; of 11 numbers it has to be from 1 to 5.", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A network whose numbers stand on a circle, away from the origin, in two of eight dimensions.</summary>
    private static GrokkingMlp Circle(int frequency, double radius)
    {
        var model = new GrokkingMlp(Numbers + 2, Width, Width);
        using var withoutGradients = no_grad();
        var weight = model.Embedding.weight!;
        weight.fill_(0.5);
        for (var number = 0; number < Numbers; number++)
        {
            var angle = Math.Tau * frequency * number / Numbers;
            weight[number, 1] = 0.5 + (radius * Math.Cos(angle));
            weight[number, 6] = 0.5 + (radius * Math.Sin(angle));
        }

        return model;
    }
}
