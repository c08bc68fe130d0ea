using System.Diagnostics;
using Grokking.Runs;
using Grokking.Tests.Models;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Tests.Training;

public sealed class AdamWTests
{
    private static readonly OptimizerSettings Settings = RunSettings.Fast.Optimizer;

    [Fact]
    public void Its_steps_are_those_of_TorchSharps_AdamW()
    {
        using var run = new SmallRun();
        using var twin = new SmallRun();
        using var own = new AdamW(run.Model, Settings);
        using var torchSharps = optim.AdamW(
            twin.Model.parameters(), Settings.LearningRate, Settings.Beta1, Settings.Beta2, Settings.Epsilon, Settings.WeightDecay);
        for (var step = 0; step < 20; step++)
        {
            SetGradients(run, step);
            SetGradients(twin, step);
            own.Step();
            torchSharps.step();
        }

        Assert.Equal(Weights.Of(twin.Model), Weights.Of(run.Model));
        var state = own.State;
        foreach (var (expected, (name, _)) in torchSharps.state_dict().State.Cast<TorchSharp.Modules.AdamW.State>().Zip(run.Model.named_parameters()))
        {
            Assert.Equal((20, 20), (expected.step, state.Step));
            Assert.Equal(expected.exp_avg.data<float>().ToArray(), state.Tensors[$"{name}.exp_avg"].Values.ToArray());
            Assert.Equal(expected.exp_avg_sq.data<float>().ToArray(), state.Tensors[$"{name}.exp_avg_sq"].Values.ToArray());
        }
    }

    [Fact]
    public async Task A_busy_garbage_collector_changes_nothing()
    {
        using var calm = new SmallRun();
        using var busy = new SmallRun();
        using var warm = new SmallRun();
        // The compiler has to have optimised TorchSharp: from then on a number is forgotten once it is handed over.
        const int steps = 4_000;
        Step(warm, steps);

        using var done = new CancellationTokenSource();
        var collecting = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect(0);
            }
        });

        var taken = 0;
        try
        {
            // On two idle cores a collection may begin as soon as the last has ended, and leave the steps hardly a moment.
            taken = Step(busy, steps, Stopwatch.StartNew());
        }
        finally
        {
            done.Cancel();
            await collecting;
        }

        Step(calm, taken);
        Assert.Equal(Weights.Of(calm.Model), Weights.Of(busy.Model));

        static int Step(SmallRun run, int steps, Stopwatch? clock = null)
        {
            using var optimizer = new AdamW(run.Model, Settings);
            SetGradients(run, seed: 1);
            for (var step = 0; step < steps; step++)
            {
                if (clock?.Elapsed > TimeSpan.FromSeconds(15))
                {
                    return step;
                }

                optimizer.Step();
            }

            return steps;
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
