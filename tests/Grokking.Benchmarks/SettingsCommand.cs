using System.CommandLine;
using Grokking.Tests.Runs;

namespace Grokking.Benchmarks;

/// <summary><c>settings</c>: the README's table of a run's settings.</summary>
internal static class SettingsCommand
{
    public static Command Create()
    {
        var command = new Command("settings", "The README's table of a run's settings.");
        command.SetAction(_ => Console.WriteLine(SettingTable.Markdown()));
        return command;
    }
}
