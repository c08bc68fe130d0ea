using Grokking.Data;
using Grokking.Runs;
using Grokking.Tests.Models;
using Grokking.Tests.Runtime;
using Grokking.Training;
using TorchSharp;

namespace Grokking.Tests.Runs;

public sealed class TrainingRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(EngineKind.Fused)]
    [InlineData(EngineKind.Autograd)]
    public void A_run_that_stops_at_any_moments_and_goes_on_is_the_run_that_never_stopped(EngineKind engine)
    {
        var settings = Settings(engine);
        using var whole = new TrainingRun(settings);
        whole.Train();

        // A few stops a run on a machine at rest, whose two engines are of different speed; more on a busy one.
        var milliseconds = Math.Max(2, (int)(1000 * whole.History[^1].Seconds / 6));
        var stops = 0;
        var random = new Random(7);
        var run = new TrainingRun(settings);
        while (run.History.Count < settings.Epochs)
        {
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(1, milliseconds)));
            run.Train(cancellation: cancellation.Token);
            run.GetState().Save(_folder["run"]);
            run.Dispose();
            // Whatever is drawn in between, the run does not draw.
            torch.manual_seed(random.Next());
            run = new TrainingRun(RunState.Load(_folder["run"]));
            stops++;
        }

        AssertSame(whole, run);
        run.Dispose();
        Assert.True(stops > 1, "The run was never stopped.");
    }

    [Theory]
    [InlineData(EngineKind.Fused)]
    [InlineData(EngineKind.Autograd)]
    public void What_is_kept_at_an_epochs_end_goes_on_to_the_same_end(EngineKind engine)
    {
        using var whole = new TrainingRun(Settings(engine));
        whole.Train(new ProgressListener<TrainingProgress>(progress =>
        {
            if (progress.Latest.Epoch == 4)
            {
                whole.GetState().Save(_folder["run"]);
            }
        }));

        var state = RunState.Load(_folder["run"]);
        Assert.Equal(whole.History.Take(5), state.History);
        using var run = new TrainingRun(state);
        run.Train();
        AssertSame(whole, run);
        Assert.InRange(run.History[5].Seconds, state.History[^1].Seconds, double.MaxValue);
    }

    [Fact]
    public void More_epochs_than_it_was_begun_with_are_those_of_a_longer_run()
    {
        var longer = Settings(EngineKind.Fused);
        using var whole = new TrainingRun(longer);
        whole.Train();

        using var begun = new TrainingRun(longer with { Epochs = 3 });
        Assert.Equal(3, begun.Train().Count);
        using var run = new TrainingRun(begun.GetState() with { Settings = longer });
        run.Train();
        AssertSame(whole, run);
    }

    [Fact]
    public void The_number_of_threads_is_not_the_runs()
    {
        var settings = Settings(EngineKind.Fused);
        using var whole = new TrainingRun(settings with { Threads = 1 });
        whole.Train();

        using var begun = new TrainingRun(settings with { Epochs = 3, Threads = 1 });
        begun.Train();
        using var run = new TrainingRun(begun.GetState() with { Settings = settings with { Threads = 3 } });
        run.Train();
        AssertSame(whole, run);
    }

    [Fact]
    public void Both_engines_remember_the_same_moments()
    {
        using var fused = new TrainingRun(Settings(EngineKind.Fused));
        using var autograd = new TrainingRun(Settings(EngineKind.Autograd));
        fused.Train();
        autograd.Train();
        var (expected, actual) = (autograd.GetState().Optimizer, fused.GetState().Optimizer);
        Assert.Equal(fused.History[^1].Step, actual.Step);
        Assert.Equal(expected.Step, actual.Step);
        Assert.Equal(expected.Tensors.Keys.Order(), actual.Tensors.Keys.Order());
        Assert.Contains("net.4.bias.exp_avg_sq", actual.Tensors.Keys);
        foreach (var (name, moment) in expected.Tensors)
        {
            Assert.Equal(moment.Shape, actual.Tensors[name].Shape);
            AssertClose(moment.Values.ToArray(), actual.Tensors[name].Values.ToArray());
        }

        static void AssertClose(float[] expected, float[] actual)
        {
            Assert.Equal(expected.Length, actual.Length);
            var largest = expected.Max(MathF.Abs);
            Assert.InRange(largest, 1e-20f, 1f);
            Assert.InRange(expected.Zip(actual, (e, a) => MathF.Abs(e - a)).Max(), 0, 1e-3f * largest);
        }
    }

    [Fact]
    public void A_generator_that_is_set_to_anothers_state_draws_the_others_numbers()
    {
        using var generator = new torch.Generator(21);
        torch.randperm(100, generator: generator);
        using var state = generator.get_state();
        using var other = new torch.Generator(3);
        other.set_state(state);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(torch.randperm(1000, generator: generator).data<long>().ToArray(), torch.randperm(1000, generator: other).data<long>().ToArray());
        }
    }

    [Fact]
    public void A_state_that_its_settings_do_not_make_is_refused()
    {
        using var run = new TrainingRun(Settings(EngineKind.Fused));
        var state = run.GetState();
        var error = Assert.Throws<ArgumentException>(() => new TrainingRun(state with { Settings = state.Settings! with { Modulus = 29 } }));
        Assert.Equal("The run that was kept has the modulus 23, not 29.", error.Message);
        error = Assert.Throws<ArgumentException>(() => new TrainingRun(state with { Settings = state.Settings! with { DataSeed = 6 } }));
        Assert.Equal("The run that was kept learns from other equations: its split is another one.", error.Message);
        error = Assert.Throws<ArgumentException>(() => new TrainingRun(state with { Settings = state.Settings! with { HiddenWidth = 64 } }));
        Assert.Equal("'net.2.weight' is [128, 512], not [64, 512].", error.Message);
        error = Assert.Throws<ArgumentException>(() => new TrainingRun(state with { Settings = null }));
        Assert.Equal("The run was kept by a notebook's own loop, and only that can go on with it.", error.Message);
        foreach (var engine in Enum.GetValues<EngineKind>())
        {
            var without = state with
            {
                Settings = Settings(engine),
                Optimizer = state.Optimizer with { Tensors = state.Optimizer.Tensors.Where(entry => entry.Key != "net.4.bias.exp_avg").ToDictionary() },
            };
            error = Assert.Throws<ArgumentException>(() => new TrainingRun(without));
            Assert.Equal("The optimiser's state has no 'net.4.bias.exp_avg' of shape [25].", error.Message);
        }
    }

    [Fact]
    public void A_network_with_more_weights_than_a_checkpoint_is_read_with_is_refused() => Assert.Equal(
        // 99 · 1024 + 4096 · 4096 + 4096 + 99 · 4096 + 99.
        "The network has 17,288,291 weights with an embedding 1024 and a hidden layer 4096 wide; it may have 16,777,216.",
        Assert.Throws<ArgumentException>(() => new TrainingRun(RunSettings.Original with { EmbeddingWidth = 1024, HiddenWidth = 4096 })).Message);

    [Theory]
    [InlineData(SplitKind.Pairs)]
    [InlineData(SplitKind.Labels)]
    public void A_run_with_another_split_goes_on_with_it(SplitKind kind)
    {
        var settings = Settings(EngineKind.Fused) with { Operation = Operation.Add, Split = kind, Epochs = 4 };
        using var whole = new TrainingRun(settings);
        whole.Train();
        using var begun = new TrainingRun(settings with { Epochs = 2 });
        begun.Train();
        begun.GetState().Save(_folder["run"]);
        var state = RunState.Load(_folder["run"]);
        Assert.Equal(kind, state.Settings!.Split);
        using var run = new TrainingRun(state with { Settings = settings });
        run.Train();
        AssertSame(whole, run);
    }

    /// <summary>Subtraction modulo 23 in batches of 16, so 24 steps an epoch.</summary>
    private static RunSettings Settings(EngineKind engine) => new()
    {
        Operation = Operation.Parse("-"),
        Modulus = 23,
        TrainingFraction = 0.7,
        Seed = 4,
        DataSeed = 5,
        Engine = engine,
        Optimizer = RunSettings.Fast.Optimizer,
        BatchSize = 16,
        Epochs = 12,
    };

    private static void AssertSame(TrainingRun expected, TrainingRun actual)
    {
        Assert.Equal(expected.History.Select(WithoutSeconds), actual.History.Select(WithoutSeconds));
        Assert.Equal(Weights.Of(expected.Model), Weights.Of(actual.Model));
        Assert.Equal(actual.History.Select(epoch => epoch.Seconds).Order(), actual.History.Select(epoch => epoch.Seconds));

        static EpochRecord WithoutSeconds(EpochRecord epoch) => epoch with { Seconds = 0 };
    }
}
