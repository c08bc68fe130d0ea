using System.Diagnostics;
using Grokking.Tests.Models;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Tests.Training;

public sealed class TensorAdamWTests
{
    private static readonly TrainingOptions Options = TrainingOptions.Fast;

    [Fact]
    public void Its_steps_are_those_of_TorchSharps_AdamW()
    {
        using var run = new SmallRun();
        using var twin = new SmallRun();
        using var own = new TensorAdamW(run.Model, Options);
        using var torchSharps = optim.AdamW(
            twin.Model.parameters(), Options.LearningRate, Options.Beta1, Options.Beta2, Options.Epsilon, Options.WeightDecay);
        for (var step = 0; step < 20; step++)
        {
            SetGradients(run, step);
            SetGradients(twin, step);
            own.Step();
            torchSharps.step();
        }

        Assert.Equal(Weights.Of(twin.Model), Weights.Of(run.Model));
        foreach (var (expected, (name, moments)) in torchSharps.state_dict().State.Cast<TorchSharp.Modules.AdamW.State>().Zip(own.State.Moments))
        {
            Assert.Equal((20, 20), (expected.step, own.State.Step));
            Assert.Equal(expected.exp_avg.data<float>().ToArray(), moments.Means.ToArray());
            Assert.Equal(expected.exp_avg_sq.data<float>().ToArray(), moments.Squares.ToArray());
        }
    }

    [Fact]
    public async Task A_busy_garbage_collector_changes_nothing()
    {
        using var calm = new SmallRun();
        using var busy = new SmallRun();
        using var warm = new SmallRun();
        // The compiler has to have optimised TorchSharp: from then on a number is forgotten once it is handed over.
        var (clock, steps) = (Stopwatch.StartNew(), 0);
        Step(warm, () => clock.Elapsed < TimeSpan.FromSeconds(1));

        using var done = new CancellationTokenSource();
        var collecting = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect(0);
            }
        });

        clock.Restart();
        try
        {
            Step(busy, () => clock.Elapsed < TimeSpan.FromSeconds(1.5) && ++steps > 0);
        }
        finally
        {
            done.Cancel();
            await collecting;
        }

        Step(calm, () => steps-- > 0);
        Assert.Equal(Weights.Of(calm.Model), Weights.Of(busy.Model));

        static void Step(SmallRun run, Func<bool> again)
        {
            using var optimizer = new TensorAdamW(run.Model, Options);
            SetGradients(run, seed: 1);
            while (again())
            {
                optimizer.Step();
            }
        }
    }

    private static void SetGradients(SmallRun run, long seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        foreach (var parameter in run.Model.parameters())
        {
            parameter.grad = randn(parameter.shape, generator: generator);
        }
    }
}
