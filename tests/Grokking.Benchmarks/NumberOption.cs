using System.CommandLine;
using static System.FormattableString;

namespace Grokking.Benchmarks;

/// <summary>An option that takes a number.</summary>
internal static class NumberOption
{
    /// <summary>A whole number that is at least so large.</summary>
    public static Option<int> AtLeast(int least, string name, int otherwise, string description)
    {
        var option = new Option<int>(name) { Description = Invariant($"{description} {otherwise} by default."), HelpName = "N", DefaultValueFactory = _ => otherwise };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && number < least)
            {
                result.AddError(Invariant($"{name} {number} has to be at least {least}."));
            }
        });
        return option;
    }
}
