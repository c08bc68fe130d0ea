namespace Grokking.Benchmarks.Measuring;

/// <summary>Numbers of one kind: one a round, or one a run. Two samples of one measurement belong together round by round.</summary>
internal sealed record Sample(double[] Values)
{
    public double Median => Quantile(0.5);

    public double LowerQuartile => Quantile(0.25);

    public double UpperQuartile => Quantile(0.75);

    public double Largest => Values.Max();

    /// <summary>The ratio round by round: what slowed both of a round is not in it.</summary>
    public static Sample operator /(Sample numerator, Sample denominator) =>
        new([.. numerator.Values.Zip(denominator.Values, (n, d) => n / d)]);

    public Sample Select(Func<double, double> function) => new([.. Values.Select(function)]);

    private double Quantile(double share)
    {
        double[] sorted = [.. Values.Order()];
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        // Infinities have no distance.
        return place == below || sorted[below] == sorted[below + 1]
            ? sorted[below]
            : sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below]));
    }
}
