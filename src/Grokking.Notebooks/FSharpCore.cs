using System.Runtime.Loader;

namespace Grokking.Notebooks;

/// <summary>
/// Lets Plotly.NET run in a kernel that has loaded an FSharp.Core older than the one Plotly.NET was built against.
/// </summary>
internal static class FSharpCore
{
    private static int _handingOut;

    /// <summary>From now on, whoever asks for any version of FSharp.Core gets the one that is loaded.</summary>
    public static void HandOutLoaded()
    {
        if (Interlocked.Exchange(ref _handingOut, 1) == 0)
        {
            AssemblyLoadContext.Default.Resolving += (_, name) => name.Name == "FSharp.Core"
                ? AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(assembly => assembly.GetName().Name == "FSharp.Core")
                : null;
        }
    }
}
