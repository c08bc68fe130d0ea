namespace Grokking.Analysis;

/// <summary>How far points in the plane are from a circle.</summary>
public static class RadiusVariation
{
    /// <summary>
    /// The standard deviation of the points' distances from their mean, as a share of the mean distance: 0 on a circle, 0.30
    /// where each axis follows a frequency of its own, 1/√8 = 0.35 for a disc that is evenly filled, 0.52 for points of a normal
    /// distribution.
    /// </summary>
    /// <param name="points"><c>[points, 2]</c>.</param>
    /// <exception cref="ArgumentException">There are fewer than two points, or not two columns.</exception>
    public static double Of(double[,] points)
    {
        var count = points.GetLength(0);
        if (count < 2 || points.GetLength(1) != 2)
        {
            throw new ArgumentException(
                $"The points have shape [{count}, {points.GetLength(1)}]; it has to be [2 or more, 2].", nameof(points));
        }

        var (x, y) = (Enumerable.Range(0, count).Average(i => points[i, 0]), Enumerable.Range(0, count).Average(i => points[i, 1]));
        double[] radii = [.. Enumerable.Range(0, count).Select(i => Math.Sqrt(Math.Pow(points[i, 0] - x, 2) + Math.Pow(points[i, 1] - y, 2)))];
        var mean = radii.Average();
        return mean > 0 ? Math.Sqrt(radii.Average(radius => Math.Pow(radius - mean, 2))) / mean : 0;
    }
}
