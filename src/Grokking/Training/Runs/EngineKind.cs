namespace Grokking.Training.Runs;

/// <summary>Which engine trains.</summary>
public enum EngineKind
{
    /// <summary><see cref="FusedEngine"/>.</summary>
    Fused,

    /// <summary><see cref="AutogradEngine"/>.</summary>
    Autograd,
}
