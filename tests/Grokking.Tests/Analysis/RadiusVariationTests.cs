using Grokking.Analysis;

namespace Grokking.Tests.Analysis;

public sealed class RadiusVariationTests
{
    [Fact]
    public void A_circle_has_none_wherever_it_is() =>
        Assert.Equal(0, RadiusVariation.Of(Points(97, turn => (3 + (2 * Math.Cos(turn)), 1 + (2 * Math.Sin(turn))))), 1e-12);

    // Drawn at random, 200,000 points: 0.2995.
    [Fact]
    public void Two_frequencies_of_one_strength_have_three_tenths() =>
        Assert.InRange(RadiusVariation.Of(Points(97 * 97, turn => (Math.Cos(turn), Math.Cos(97 * turn)))), 0.28, 0.32);

    [Fact]
    public void What_is_no_plane_is_refused() =>
        Assert.Contains("The points have shape [3, 1]; it has to be [2 or more, 2].", Assert.Throws<ArgumentException>(() => RadiusVariation.Of(new double[3, 1])).Message);

    private static double[,] Points(int count, Func<double, (double X, double Y)> point)
    {
        var points = new double[count, 2];
        for (var i = 0; i < count; i++)
        {
            (points[i, 0], points[i, 1]) = point(Math.Tau * i / count);
        }

        return points;
    }
}
