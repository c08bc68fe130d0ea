using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grokking.Data;
using Grokking.Models;
using Grokking.Training;

namespace Grokking.Runs;

/// <summary>
/// A setting of a run: its name, its meaning, what it may be. The one table, <see cref="All"/>, is where the command line's options
/// and their help, a grid's axes, the entries of files and the README's table come from.
/// </summary>
public sealed class Setting
{
    private readonly Func<RunSettings, string> _get;
    private readonly Func<RunSettings, string, RunSettings> _set;

    private Setting(string name, string description, string legal, Func<RunSettings, string> get, Func<RunSettings, string, RunSettings> set)
    {
        (Name, Description, Legal) = (name, description, legal);
        (_get, _set) = (get, set);
    }

    private static readonly (string, Func<RunSettings, bool>) OnlyGrokfast = ("--optimizer grokfast", run => run.Optimizer.Name == "grokfast");

    /// <summary>Every setting. To add one, add a property to <see cref="RunSettings"/> and a line here; in a grid, the last changes fastest.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("operation", "What the network learns", string.Join(", ", Operation.All), run => run.Operation.Symbol, WithOperation),
        Number("modulus", "How many numbers there are", "2 to 1009, a prime where the operation divides, 120 in S5", run => run.Modulus, (run, value) => run with { Modulus = value }),
        OneOf<SplitKind>("split", "How the equations are split", run => run.Split, (run, value) => run with { Split = value }),
        Number("train_fraction", "The share of the equations (or pairs) to learn from", "between 0 and 1", run => run.TrainingFraction, (run, value) => run with { TrainingFraction = value }, onlyWith: ("--split fraction or pairs", run => run.Split != SplitKind.Labels)),
        Number("first_training_label", "In a split by labels, the first result to learn from", "1 to p - 1", run => run.FirstTrainingLabel, (run, value) => run with { FirstTrainingLabel = value }, onlyWith: ("--split labels", run => run.Split == SplitKind.Labels)),
        new("model", "The network", string.Join(", ", Network.All.Select(network => network.Name)), run => run.Model, (run, value) => run with { Model = Network.Parse(value).Name }),
        Number("embedding", "Width of a token's embedding", "1 to 4096", run => run.EmbeddingWidth, (run, value) => run with { EmbeddingWidth = value }),
        Number("hidden", "Width of the hidden layer", "1 to 4096", run => run.HiddenWidth, (run, value) => run with { HiddenWidth = value }),
        new("loss", "What is made small", string.Join(", ", Loss.All.Select(loss => loss.Name)), run => run.Loss, (run, value) => run with { Loss = Loss.Parse(value).Name }),
        OfOptimizer("optimizer", "What takes the steps", Optimizer.All.Select(optimizer => optimizer.Name), optimizer => optimizer.Name, (optimizer, value) => optimizer with { Name = Optimizer.Parse(value).Name }),
        OfOptimizer("weight_decay", "The decoupled weight decay", "0 or more", optimizer => optimizer.WeightDecay, (optimizer, value) => optimizer with { WeightDecay = value }),
        OfOptimizer("learning_rate", "The step size", "0 or more", optimizer => optimizer.LearningRate, (optimizer, value) => optimizer with { LearningRate = value }),
        OfOptimizer("beta1", "Decay rate for the mean of the gradients", "from 0 to below 1", optimizer => optimizer.Beta1, (optimizer, value) => optimizer with { Beta1 = value }),
        OfOptimizer("beta2", "Decay rate for the mean of the squared gradients", "from 0 to below 1", optimizer => optimizer.Beta2, (optimizer, value) => optimizer with { Beta2 = value }),
        OfOptimizer("epsilon", "Guard against a division by zero", "above 0", optimizer => optimizer.Epsilon, (optimizer, value) => optimizer with { Epsilon = value }),
        OfOptimizer("warmup_steps", "Steps over which the learning rate rises to its full size", "0 or more", optimizer => optimizer.WarmupSteps, (optimizer, value) => optimizer with { WarmupSteps = value }),
        OfOptimizer("hidden_learning_rate_factor", "Step size of the hidden matrices, times the others'", "0 or more", optimizer => optimizer.HiddenLearningRateFactor, (optimizer, value) => optimizer with { HiddenLearningRateFactor = value }),
        OfOptimizer("hidden_weight_decay_factor", "Weight decay of the hidden matrices, times the others'", "0 or more", optimizer => optimizer.HiddenWeightDecayFactor, (optimizer, value) => optimizer with { HiddenWeightDecayFactor = value }),
        OfOptimizer("grokfast_alpha", "How much Grokfast keeps of its mean gradient", "from 0 to below 1", optimizer => optimizer.GrokfastAlpha, (optimizer, value) => optimizer with { GrokfastAlpha = value }, OnlyGrokfast),
        OfOptimizer("grokfast_lambda", "How many times Grokfast adds it to the gradient", "0 or more", optimizer => optimizer.GrokfastLambda, (optimizer, value) => optimizer with { GrokfastLambda = value }, OnlyGrokfast),
        Number("batch_size", "Equations per step", "1 or more", run => run.BatchSize, (run, value) => run with { BatchSize = value }),
        Number("epochs", "Passes over the training equations", "1 or more", run => run.Epochs, (run, value) => run with { Epochs = value }, resumeMayChange: true),
        OneOf<EngineKind>("engine", "Hand-written SIMD, or libtorch's autograd as PyTorch trains", run => run.Engine, (run, value) => run with { Engine = value }),
        Threads(),
        Number("data_seed", "Draws the split and the order of batches", "0 or more", run => run.DataSeed, (run, value) => run with { DataSeed = value }),
        Number("seed", "Draws the initial weights", "0 or more", run => run.Seed, (run, value) => run with { Seed = value }),
    ];

    /// <summary>The setting's name in files: <c>weight_decay</c>.</summary>
    public string Name { get; }

    /// <summary>The setting's name on the command line: <c>--weight-decay</c>.</summary>
    public string Option => $"--{Name.Replace('_', '-')}";

    /// <summary>The setting's name in text: <c>weight decay</c>.</summary>
    public string Label => Name.Replace('_', ' ');

    /// <summary>What it is.</summary>
    public string Description { get; }

    /// <summary>What it may be.</summary>
    public string Legal { get; }

    /// <summary>Whether it is a number.</summary>
    public bool IsNumber { get; private init; }

    /// <summary>Whether a run that goes on may have another value than it began with.</summary>
    public bool ResumeMayChange { get; private init; }

    /// <summary>Whether the value makes a difference to what a run computes.</summary>
    public bool MattersToResults { get; private init; } = true;

    /// <summary>What it has no effect without, and whether a run has that; null where it always has one.</summary>
    internal (string Option, Func<RunSettings, bool> Of)? OnlyWith { get; private init; }

    /// <summary>The setting of a name as files or the command line have it.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Setting Named(string name) =>
        All.FirstOrDefault(setting => setting.Name == name || setting.Option == name)
        ?? throw new ArgumentException($"There is no setting '{name}'; the settings are {string.Join(", ", All)}.");

    /// <summary>The run's value, as <see cref="With(RunSettings, string)"/> takes it.</summary>
    public string Of(RunSettings run) => _get(run);

    /// <summary>The run's value, where it is a number.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public double NumberOf(RunSettings run) => double.Parse(Of(run), CultureInfo.InvariantCulture);

    /// <summary>The run with another value.</summary>
    /// <exception cref="ArgumentException">The value makes no sense; the message says what would.</exception>
    public RunSettings With(RunSettings run, string value) => _set(run, value);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Every setting that matters and is not the original's, of a run in one line.</summary>
    internal static string Describe(RunSettings run) =>
        string.Join(", ", All.Where(setting => setting.MattersToResults && setting.Of(run) != setting.Of(RunSettings.Original)).Select(setting => $"{setting.Label} {setting.Of(run)}"))
        is { Length: > 0 } others ? others : "the original's settings";

    /// <summary>Settings as JSON, an entry each; those that make no difference may be left out.</summary>
    /// <exception cref="ArgumentException">The operation has no name that would bring it back.</exception>
    internal static JsonObject ToJson(RunSettings run, bool withThreads)
    {
        if (!Operation.All.Contains(run.Operation))
        {
            throw new ArgumentException($"A file can't name the operation '{run.Operation}': it is none of Operation.All, where a line makes it one.");
        }

        var json = new JsonObject();
        foreach (var setting in All.Where(setting => setting.MattersToResults || withThreads))
        {
            json[setting.Name] = setting.IsNumber ? JsonNode.Parse(setting.Of(run)) : setting.Of(run);
        }

        return json;
    }

    /// <summary>The settings that <see cref="ToJson"/> wrote; what an earlier build did not know has its default.</summary>
    /// <exception cref="ArgumentException">A value makes no sense.</exception>
    internal static RunSettings FromJson(JsonObject json) =>
        All.Where(setting => json.ContainsKey(setting.Name)).Aggregate(
            new RunSettings(), (run, setting) => setting.With(run, setting.TextOf(json[setting.Name])));

    private string TextOf(JsonNode? value) => value?.GetValueKind() == (IsNumber ? JsonValueKind.Number : JsonValueKind.String)
        ? value.ToString()
        : throw new ArgumentException($"The value of {Label} is no {(IsNumber ? "number" : "word")}.");

    private static RunSettings WithOperation(RunSettings run, string symbol)
    {
        var operation = Operation.Parse(symbol);
        var modulus = operation.FixedModulus ?? (run.Operation.FixedModulus is null ? run.Modulus : operation.DefaultModulus);
        return run with { Operation = operation, Modulus = modulus };
    }

    private static Setting OneOf<T>(string name, string description, Func<RunSettings, T> get, Func<RunSettings, T, RunSettings> set)
        where T : struct, Enum
    {
        string[] names = [.. Enum.GetNames<T>().Select(value => value.ToLowerInvariant())];
        return new Setting(name, description, string.Join(", ", names), run => get(run).ToString().ToLowerInvariant(), (run, text) =>
            names.Contains(text.ToLowerInvariant())
                ? set(run, Enum.Parse<T>(text, ignoreCase: true))
                : throw new ArgumentException($"There is no {name} '{text}'; there are {string.Join(", ", names)}."));
    }

    private static Setting Number<T>(
        string name, string description, string legal, Func<RunSettings, T> get, Func<RunSettings, T, RunSettings> set, bool resumeMayChange = false,
        (string, Func<RunSettings, bool>)? onlyWith = null)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        return new Setting(name, description, legal, run => Text(get(run)), (run, text) => set(run, Parse(text)))
        {
            IsNumber = true,
            ResumeMayChange = resumeMayChange,
            OnlyWith = onlyWith,
        };

        static string Text(T value) => value.ToString(typeof(T) == typeof(double) ? "R" : null, CultureInfo.InvariantCulture);

        T Parse(string text) =>
            T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw new ArgumentException(
                    $"The value of {name.Replace('_', ' ')} is '{text}'; it has to be {(typeof(T) == typeof(double) ? "a number" : $"a whole number up to {T.MaxValue}")}, such as {Text(get(new RunSettings()))}.");
    }

    private static Setting OfOptimizer<T>(
        string name, string description, string legal, Func<OptimizerSettings, T> get, Func<OptimizerSettings, T, OptimizerSettings> set,
        (string, Func<RunSettings, bool>)? onlyWith = null)
        where T : struct, INumber<T>, IMinMaxValue<T> =>
        Number(name, description, legal, run => get(run.Optimizer), (run, value) => run with { Optimizer = set(run.Optimizer, value) }, onlyWith: onlyWith);

    private static Setting OfOptimizer(
        string name, string description, IEnumerable<string> names, Func<OptimizerSettings, string> get, Func<OptimizerSettings, string, OptimizerSettings> set) =>
        new(name, description, string.Join(", ", names), run => get(run.Optimizer), (run, value) => run with { Optimizer = set(run.Optimizer, value) });

    private static Setting Threads()
    {
        const string chosen = "auto";
        var number = Number<int>("threads", "", "", run => run.Threads ?? 1, (run, value) => run with { Threads = value });
        return new Setting(
            "threads", "Threads that do the arithmetic; auto lets the engine choose", "auto, or 1 to 256",
            run => run.Threads is null ? chosen : number.Of(run),
            (run, text) => text.Equals(chosen, StringComparison.OrdinalIgnoreCase) ? run with { Threads = null }
                : int.TryParse(text, CultureInfo.InvariantCulture, out _) ? number.With(run, text)
                : throw new ArgumentException($"The value of threads is '{text}'; it has to be auto, or from 1 to 256."))
        {
            ResumeMayChange = true,
            MattersToResults = false,
        };
    }
}
