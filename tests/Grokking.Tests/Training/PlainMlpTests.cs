using Grokking.Data;
using Grokking.Models;
using Grokking.Tests.Models;
using Grokking.Training;
using Grokking.Training.Fused;

namespace Grokking.Tests.Training;

/// <summary>The plain loop against both engines: what <c>docs/speed.md</c> lays side by side computes the same.</summary>
public sealed class PlainMlpTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_plain_loop_and_the_engines_take_the_same_steps(bool fused)
    {
        var settings = new OptimizerSettings { LearningRate = 1e-3, WeightDecay = 0.1, WarmupSteps = 2 };
        using var dataset = new EquationDataset(11, Operation.Add);
        using var model = GrokkingMlp.FromSeed(3, dataset.Vocabulary.Count, 6, 10);
        var plain = new PlainMlp(model, dataset, settings);
        using ITrainingEngine engine = fused ? new FusedEngine(model, dataset, settings, threads: 1) : new AutogradEngine(model, dataset, settings);
        for (var step = 0; step < 20; step++)
        {
            long[] batch = [.. Enumerable.Range(0, 30).Select(i => (long)(((step * 7) + (i * 4)) % dataset.Count))];
            Assert.Equal(engine.EvaluateBatch(batch).Loss, plain.Batch(batch, train: false).Loss, 1e-5);
            var (expected, actual) = (engine.TrainBatch(batch), plain.Batch(batch, train: true));
            Assert.Equal(expected.Loss, actual.Loss, 1e-5);
            Assert.Equal(expected.Correct, actual.Correct);
        }

        foreach (var (expected, actual) in Weights.Of(model).Zip(plain.Weights))
        {
            Assert.Equal(expected, actual, 2e-5);
        }
    }

    [Fact]
    public void The_page_about_speed_counts_the_lines_of_each()
    {
        var page = File.ReadAllLines(Repository.File("docs/speed.md"));
        Assert.All(EngineSource.All, source =>
        {
            var rows = page.Where(line => line.StartsWith($"| {source.Name}", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(rows);
            Assert.All(rows, row => Assert.EndsWith($"| {source.Lines(Repository.File("")):N0} |", row));
        });
    }
}
