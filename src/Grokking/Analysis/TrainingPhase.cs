using Grokking.Training;

namespace Grokking.Analysis;

/// <summary>A stretch of a run in which one thing happens.</summary>
/// <param name="Name">What happens: memorising, plateau, grokking or understood.</param>
/// <param name="Start">The first epoch.</param>
/// <param name="End">The epoch after the last.</param>
/// <remarks>
/// The rule. <em>Memorising</em> lasts until training accuracy first reaches 99%. <em>Plateau</em> lasts until validation
/// accuracy has first made half of its way from where it stood then to 100%, or is at 99%. <em>Grokking</em> lasts until it first reaches
/// 99%. After that the network has <em>understood</em>. A phase that takes no epoch is left out, and so is one that the run
/// has not come to.
/// </remarks>
public sealed record TrainingPhase(string Name, int Start, int End)
{
    /// <summary>The phases of a run, in order; they fill it without a gap.</summary>
    public static IReadOnlyList<TrainingPhase> Of(TrainingHistory history)
    {
        var memorised = First(0, epoch => epoch.TrainingAccuracy >= TrainingHistory.KnownAccuracy);
        var halfWay = memorised < history.Count ? Math.Min((history[memorised].ValidationAccuracy + 100) / 2, TrainingHistory.KnownAccuracy) : TrainingHistory.KnownAccuracy;
        var moving = First(memorised, epoch => epoch.ValidationAccuracy >= halfWay);
        var grokked = First(moving, epoch => epoch.ValidationAccuracy >= TrainingHistory.KnownAccuracy);
        return
        [
            .. new TrainingPhase[]
            {
                new("memorising", 0, memorised),
                new("plateau", memorised, moving),
                new("grokking", moving, grokked),
                new("understood", grokked, history.Count),
            }.Where(phase => phase.End > phase.Start),
        ];

        int First(int from, Func<EpochRecord, bool> reached)
        {
            while (from < history.Count && !reached(history[from]))
            {
                from++;
            }

            return from;
        }
    }
}
