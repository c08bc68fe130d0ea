using System.Reflection;
using Grokking.Runs;
using Grokking.Training;

namespace Grokking.Tests.Runs;

public sealed class SettingTests
{
    public static TheoryData<string, string> OtherValues => new()
    {
        { "operation", "-" }, { "modulus", "101" }, { "split", "pairs" }, { "train_fraction", "0.30000000000000004" }, { "first_training_label", "7" },
        { "embedding", "64" }, { "hidden", "32" }, { "weight_decay", "0.1" }, { "learning_rate", "1E-300" }, { "beta1", "0" }, { "beta2", "0.5" },
        { "epsilon", "1E-09" }, { "warmup_steps", "10" }, { "batch_size", "1" }, { "epochs", "2147483647" }, { "engine", "autograd" }, { "threads", "2" },
        { "model", "transformer" }, { "loss", "stablemax" }, { "optimizer", "muon" }, { "hidden_learning_rate_factor", "2" }, { "hidden_weight_decay_factor", "0" },
        { "grokfast_alpha", "0.5" }, { "grokfast_lambda", "0" }, { "data_seed", "0" }, { "seed", "18446744073709551615" },
    };

    [Theory]
    [MemberData(nameof(OtherValues))]
    public void A_setting_changes_its_own_value_and_no_other_and_comes_back_from_json(string name, string value)
    {
        var setting = Setting.Named(name);
        var run = new RunSettings();
        var changed = setting.With(run, value);
        Assert.Equal(value, setting.Of(changed));
        Assert.All(Setting.All.Where(other => other != setting), other => Assert.Equal(other.Of(run), other.Of(changed)));
        Assert.NotEqual(run, changed);
        Assert.Equal(run, setting.With(changed, setting.Of(run)));
        Assert.Equal(changed, Setting.FromJson(Setting.ToJson(changed, withThreads: true)));
    }

    [Fact]
    public void Every_setting_is_tried() => Assert.Equal(Setting.All.Select(setting => setting.Name).Order(), OtherValues.Select(row => row.Data.Item1).Order());

    [Fact]
    public void Every_property_of_the_settings_is_a_row_of_the_table()
    {
        var properties = new[] { typeof(RunSettings), typeof(OptimizerSettings) }
            .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Count(property => property.PropertyType != typeof(OptimizerSettings));
        Assert.Equal(properties, Setting.All.Count);
    }

    [Fact]
    public void An_operation_brings_its_own_modulus_where_it_has_one()
    {
        var operation = Setting.Named("operation");
        var permutations = operation.With(new RunSettings { Modulus = 23 }, "s5:xy");
        Assert.Equal(120, permutations.Modulus);
        Assert.Equal(97, operation.With(permutations, "+").Modulus);
        Assert.Equal(23, operation.With(new RunSettings { Modulus = 23 }, "*").Modulus);
    }

    [Theory]
    [InlineData("operation", "%", "There is no operation '%'; the operations are +")]
    [InlineData("split", "half", "There is no split 'half'; there are fraction, pairs, labels.")]
    [InlineData("engine", "fast", "There is no engine 'fast'; there are fused, autograd.")]
    [InlineData("model", "rnn", "There is no model 'rnn'; the models are mlp")]
    [InlineData("optimizer", "sgd", "There is no optimizer 'sgd'; the optimizers are adamw")]
    [InlineData("loss", "mse", "There is no loss 'mse'; the losses are cross-entropy, stablemax.")]
    [InlineData("grokfast_alpha", "1", "The rate alpha of Grokfast is 1; it has to be from 0 to below 1, such as 0.98.")]
    [InlineData("threads", "many", "The value of threads is 'many'; it has to be auto, or from 1 to 256.")]
    [InlineData("weight_decay", "-1", "The weight decay is -1; it has to be 0 or more, such as 0.01.")]
    public void A_value_that_makes_no_sense_is_refused(string name, string value, string sentence)
    {
        Assert.StartsWith(sentence, Assert.ThrowsAny<ArgumentException>(() => Setting.Named(name).With(new RunSettings(), value)).Message);
    }
}
