namespace Grokking.Cli;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    /// <summary>All was done.</summary>
    public const int Done = 0;

    /// <summary>A cell or the work failed; what there was is written.</summary>
    public const int Failed = 1;

    /// <summary>The request made no sense, and nothing was begun.</summary>
    public const int Refused = 2;

    /// <summary>Ctrl+C: what was finished is written.</summary>
    public const int Stopped = 130;
}
