using Grokking.Models;
using Grokking.Tests.Runtime;
using static TorchSharp.torch;

namespace Grokking.Tests.Models;

public sealed class GlobalGeneratorTests : IDisposable
{
    private static readonly Network Mlp = Network.Parse("mlp");

    private readonly TemporaryFolder _folder = new();
    private readonly GrokkingMlp _other = new(7, 3, 5);

    public GlobalGeneratorTests()
    {
        _other.Save(_folder["net.safetensors"]);
        _other.Save(_folder["net.pth"]);
    }

    /// <summary>All that makes networks, by what it is called.</summary>
    public static TheoryData<string> Makers => ["copy", "safetensors", "pth", "network", "mlp", "new"];

    public void Dispose()
    {
        _other.Dispose();
        _folder.Dispose();
    }

    // Before there was a lock, 462 of 500 networks had other weights beside a thread that copies.
    [Theory]
    [MemberData(nameof(Makers))]
    public void The_seeds_weights_are_the_seeds_also_while_other_threads_make_networks(string maker)
    {
        manual_seed(9);
        using var expected = new GrokkingMlp(7, 3, 5);
        using var stop = new CancellationTokenSource();
        var made = 0;
        Thread[] others = [.. Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Make(maker);
                Interlocked.Increment(ref made);
            }
        }))];
        foreach (var thread in others)
        {
            thread.Start();
        }

        var wrong = 0;
        for (var i = 0; i < 500 || Volatile.Read(ref made) < 50; i++)
        {
            using var network = GrokkingMlp.FromSeed(9, 7, 3, 5);
            wrong += Weights.Of(network).SequenceEqual(Weights.Of(expected)) ? 0 : 1;
        }

        stop.Cancel();
        foreach (var thread in others)
        {
            thread.Join();
        }

        Assert.Equal(0, wrong);
    }

    [Theory]
    [InlineData("copy")]
    [InlineData("safetensors")]
    [InlineData("pth")]
    [InlineData("network")]
    [InlineData("mlp")]
    public void What_the_user_draws_next_is_what_it_would_have_been(string maker)
    {
        manual_seed(4);
        using var expected = rand(5);
        manual_seed(4);
        Make(maker);
        using var drawn = rand(5);
        Assert.Equal(expected.data<float>().ToArray(), drawn.data<float>().ToArray());
    }

    private void Make(string maker)
    {
        using var network = maker switch
        {
            "copy" => _other.Copy(),
            "safetensors" or "pth" => EquationModel.Load(_folder[$"net.{maker}"]),
            "network" => Mlp.FromSeed(1, 7, new NetworkWidths(3, 5)),
            "mlp" => GrokkingMlp.FromSeed(2, 7, 3, 5),
            _ => new GrokkingMlp(7, 3, 5),
        };
    }
}
