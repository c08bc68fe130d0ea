using Grokking.Benchmarks.Measuring;

namespace Grokking.Benchmarks.Runs;

/// <summary>A point of a learning curve.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Seconds">Seconds of training up to the end of that epoch.</param>
/// <param name="ValidationAccuracy">In percent.</param>
internal readonly record struct CurvePoint(int Epoch, double Seconds, double ValidationAccuracy);

/// <summary>A training run; its piece of work is one more epoch, training and validation.</summary>
internal interface IRun : IContender
{
    /// <summary>All epochs so far.</summary>
    IEnumerable<CurvePoint> Curve { get; }
}
