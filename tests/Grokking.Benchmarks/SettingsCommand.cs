using Grokking.Tests.Runs;
using Spectre.Console.Cli;

namespace Grokking.Benchmarks;

/// <summary><c>settings</c>: the README's table of a run's settings.</summary>
internal sealed class SettingsCommand : Command
{
    public override int Execute(CommandContext context, CancellationToken cancellation)
    {
        Console.WriteLine(SettingTable.Markdown());
        return 0;
    }
}
