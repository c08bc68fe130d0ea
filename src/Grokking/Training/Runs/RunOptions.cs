using System.Text.Json;
using System.Text.Json.Serialization;
using Grokking.Data;

namespace Grokking.Training.Runs;

/// <summary>All that decides a run: the same options make the same run.</summary>
public sealed record RunOptions
{
    /// <summary>What the network learns.</summary>
    [JsonConverter(typeof(BySymbol))]
    public Operation Operation { get; init; } = Operation.Add;

    /// <summary>The modulus p; 97 in the seed.</summary>
    public int Modulus { get; init; } = Operation.Add.DefaultModulus;

    /// <summary>The share of the equations to learn from, between 0 and 1.</summary>
    public double TrainingFraction { get; init; } = 0.8;

    /// <summary>Draws the initial weights (<c>torch.manual_seed</c>).</summary>
    public ulong Seed { get; init; }

    /// <summary>Draws the split and the order of batches, in a generator of their own.</summary>
    public ulong DataSeed { get; init; } = 21;

    /// <summary>The engine.</summary>
    public EngineKind Engine { get; init; }

    /// <summary>The recipe.</summary>
    public TrainingOptions Recipe { get; init; } = TrainingOptions.Original;

    private sealed class BySymbol : JsonConverter<Operation>
    {
        public override Operation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Operation.Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, Operation value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Symbol);
    }
}
