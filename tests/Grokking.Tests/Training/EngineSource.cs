namespace Grokking.Tests.Training;

/// <summary>How many lines of code each way to train takes.</summary>
internal sealed record EngineSource(string Name, params string[] Files)
{
    /// <summary>The plainest first.</summary>
    public static EngineSource[] All { get; } =
    [
        new("`PlainMlp`: loops over numbers", "tests/Grokking.Tests/Training/PlainMlp.cs"),
        new("`AutogradEngine`: libtorch's operations", "src/Grokking/Training/AutogradEngine.cs", "src/Grokking/Training/AdamW.cs"),
        new("`FusedEngine`: SIMD, factored layers, threads", "src/Grokking/Training/Fused/*.cs"),
    ];

    /// <summary>Lines that are neither empty nor a comment.</summary>
    public int Lines(string repository) => Files
        .SelectMany(file => Directory.GetFiles(Path.Combine(repository, Path.GetDirectoryName(file)!), Path.GetFileName(file)))
        .SelectMany(File.ReadAllLines)
        .Select(line => line.Trim())
        .Count(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal));
}
