namespace Grokking.Benchmarks.Measuring;

/// <summary>Something that does the same piece of work again and again, and whose speed is measured beside others'.</summary>
internal interface IContender : IDisposable
{
    /// <summary>The threads it works with.</summary>
    int Threads { get; }

    /// <summary>Does its piece of work some times, and returns how many seconds that took.</summary>
    double Seconds(int times);
}
