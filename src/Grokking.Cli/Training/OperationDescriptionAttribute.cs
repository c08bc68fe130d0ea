using System.ComponentModel;
using Grokking.Data;

namespace Grokking.Cli.Training;

/// <summary>The help of an option that takes an operation: names all that there are.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OperationDescriptionAttribute(string meaning) : DescriptionAttribute
{
    public override string Description => $"{meaning}: {string.Join(", ", Operation.All)}; {Operation.Add} by default.";
}
