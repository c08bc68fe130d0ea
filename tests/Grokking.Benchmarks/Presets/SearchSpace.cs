using Grokking.Runs;

namespace Grokking.Benchmarks.Presets;

/// <summary>The settings of a search: places on some scales, around what stays the same.</summary>
/// <param name="start">Where the search starts; on all of the scales.</param>
/// <param name="scales">Each setting's name and the values that it may have.</param>
internal sealed class SearchSpace(RunSettings start, params (string Setting, double[] Values)[] scales)
{
    public static readonly (string Setting, double[] Values) LearningRates = ("learning_rate", [0.001, 0.0015, 0.002, 0.003, 0.004, 0.006, 0.008, 0.012, 0.016, 0.024]);
    public static readonly (string Setting, double[] Values) WeightDecays = ("weight_decay", [0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 4, 6, 8]);
    public static readonly (string Setting, double[] Values) BatchSizes = ("batch_size", [128, 256, 384, 512, 768, 1024, 1536, 2048]);
    public static readonly (string Setting, double[] Values) Betas1 = ("beta1", [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95]);
    public static readonly (string Setting, double[] Values) Betas2 = ("beta2", [0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9995]);

    /// <summary>Where the search starts.</summary>
    public RunSettings Start => start;

    /// <summary>Any point, each as likely as another.</summary>
    public RunSettings Random(Random random) =>
        scales.Aggregate(start, (run, scale) => With(run, scale, random.Next(scale.Values.Length)));

    /// <summary>Any point at most one place away from another on each scale.</summary>
    public RunSettings Around(RunSettings point, Random random) => scales.Aggregate(
        point, (run, scale) => With(run, scale, Math.Clamp(PlaceOf(point, scale) + random.Next(-1, 2), 0, scale.Values.Length - 1)));

    /// <summary>The point of this space that has another's places on the scales that both have.</summary>
    public RunSettings Like(RunSettings other) => scales
        .Where(scale => PlaceOf(other, scale) >= 0)
        .Aggregate(start, (run, scale) => With(run, scale, PlaceOf(other, scale)));

    /// <summary>The points one place away on one of the scales.</summary>
    public IEnumerable<RunSettings> Neighbours(RunSettings point) =>
        from scale in scales
        from step in new[] { -1, 1 }
        let place = PlaceOf(point, scale) + step
        where place >= 0 && place < scale.Values.Length
        select With(point, scale, place);

    /// <summary>A point's places: <c>learning rate 0.003, weight decay 1</c>.</summary>
    public string Describe(RunSettings point) =>
        string.Join(", ", scales.Select(scale => Setting.Named(scale.Setting)).Select(setting => $"{setting.Label} {setting.Of(point)}"));

    private static int PlaceOf(RunSettings point, (string Setting, double[] Values) scale) =>
        Array.IndexOf(scale.Values, Setting.Named(scale.Setting).NumberOf(point));

    private static RunSettings With(RunSettings run, (string Setting, double[] Values) scale, int place) =>
        Setting.Named(scale.Setting).With(run, FormattableString.Invariant($"{scale.Values[place]}"));
}
