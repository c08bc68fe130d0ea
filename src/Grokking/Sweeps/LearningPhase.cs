namespace Grokking.Sweeps;

/// <summary>
/// How a run learns, after Liu et al., <i>Towards Understanding Grokking</i> (arXiv 2205.10343), table 1: by the steps that each side
/// takes to 90%. What the paper calls a delay is 1,000 steps or more, at its learning rates; here rates differ between the runs of a
/// grid, so it is a validation that takes at least twice as many steps as training.
/// </summary>
public enum LearningPhase
{
    /// <summary>Both sides are learnt, together.</summary>
    Comprehension,

    /// <summary>Both sides are learnt, the one kept back long after the other.</summary>
    Grokking,

    /// <summary>Only the training side is learnt, within the run's epochs.</summary>
    Memorisation,

    /// <summary>Neither is learnt, within the run's epochs.</summary>
    Confusion,

    /// <summary>A loss became no finite number.</summary>
    Diverged,
}

/// <summary>The phase of a run.</summary>
public static class LearningPhases
{
    private const int Learnt = 90;
    private const double Late = 2;

    /// <summary>The phase that a run's milestones tell of.</summary>
    public static LearningPhase PhaseOf(RunResult run) =>
        run.Outcome == RunOutcome.Diverged ? LearningPhase.Diverged
        : run.Of(Side.Training, Learnt) is not { } training ? run.Of(Side.Validation, Learnt) is null ? LearningPhase.Confusion : LearningPhase.Comprehension
        : run.Of(Side.Validation, Learnt) is not { } validation ? LearningPhase.Memorisation
        : validation.Steps < Late * training.Steps ? LearningPhase.Comprehension : LearningPhase.Grokking;

    /// <summary>How many times as many steps validation took to 90% as training; null where either did not get there.</summary>
    public static double? DelayOf(RunResult run) =>
        run.Of(Side.Training, Learnt) is { } training && run.Of(Side.Validation, Learnt) is { } validation ? (double)validation.Steps / training.Steps : null;
}
