using System.Globalization;
using Grokking.Runs;

namespace Grokking.Benchmarks.Presets;

/// <summary>A point of the search: one place on each of five scales.</summary>
internal readonly record struct SearchPoint(int LearningRate, int WeightDecay, int BatchSize, int Beta1, int Beta2)
{
    private static readonly double[] LearningRates = [0.001, 0.0015, 0.002, 0.003, 0.004, 0.006, 0.008, 0.012, 0.016, 0.024];
    private static readonly double[] WeightDecays = [0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 4, 6, 8];
    private static readonly int[] BatchSizes = [128, 256, 384, 512, 768, 1024, 1536, 2048];
    private static readonly double[] Betas1 = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95];
    private static readonly double[] Betas2 = [0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9995];

    private static readonly int[] Scales =
        [LearningRates.Length, WeightDecays.Length, BatchSizes.Length, Betas1.Length, Betas2.Length];

    /// <summary>Where the search starts: learning rate 0.003, weight decay 1, batch 512, betas 0.9 and 0.98.</summary>
    public static SearchPoint Start { get; } = new(3, 5, 3, 5, 2);

    /// <summary>The settings it stands for.</summary>
    public RunSettings Settings => new()
    {
        BatchSize = BatchSizes[BatchSize],
        Optimizer = new()
        {
            LearningRate = LearningRates[LearningRate],
            WeightDecay = WeightDecays[WeightDecay],
            Beta1 = Betas1[Beta1],
            Beta2 = Betas2[Beta2],
        },
    };

    private int[] Places => [LearningRate, WeightDecay, BatchSize, Beta1, Beta2];

    /// <summary>Any point, each as likely as another.</summary>
    public static SearchPoint Random(Random random) => At([.. Scales.Select(length => random.Next(length))]);

    /// <summary>The points one place away on one of the scales.</summary>
    public IEnumerable<SearchPoint> Neighbours()
    {
        for (var scale = 0; scale < Scales.Length; scale++)
        {
            foreach (var step in new[] { -1, 1 })
            {
                var places = Places;
                places[scale] += step;
                if (places[scale] >= 0 && places[scale] < Scales[scale])
                {
                    yield return At(places);
                }
            }
        }
    }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"lr {Settings.Optimizer.LearningRate}, wd {Settings.Optimizer.WeightDecay}, batch {Settings.BatchSize}, betas {Settings.Optimizer.Beta1} {Settings.Optimizer.Beta2}");

    private static SearchPoint At(int[] places) => new(places[0], places[1], places[2], places[3], places[4]);
}
