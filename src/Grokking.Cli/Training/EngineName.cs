using Grokking.Training.Runs;

namespace Grokking.Cli.Training;

/// <summary>The engines' names on the command line: <c>fused</c>, <c>autograd</c>.</summary>
internal static class EngineName
{
    /// <summary>The engine of a name.</summary>
    /// <exception cref="RequestException">There is none.</exception>
    public static EngineKind Parse(string name)
    {
        foreach (var engine in Enum.GetValues<EngineKind>())
        {
            if (Of(engine) == name)
            {
                return engine;
            }
        }

        throw new RequestException($"There is no engine '{name}'; the engines are {string.Join(", ", Enum.GetValues<EngineKind>().Select(Of))}.");
    }

    /// <summary>The name of an engine.</summary>
    public static string Of(EngineKind engine) => $"{engine}".ToLowerInvariant();
}
