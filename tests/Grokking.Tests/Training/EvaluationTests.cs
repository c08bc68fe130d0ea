using Grokking.Data;
using Grokking.Models;
using Grokking.Runs;
using Grokking.Tests.Models;
using Grokking.Training;
using static TorchSharp.torch;

namespace Grokking.Tests.Training;

public sealed class EvaluationTests
{
    [Fact]
    public void Loss_and_accuracy_are_plain_arithmetic_on_the_logits()
    {
        using var run = new SmallRun();
        run.Trainer.Train(20);
        var (loss, right) = (0.0, 0);
        foreach (var equation in run.Split.Validation)
        {
            using var logits = run.Model.forward(tensor(run.Dataset.TokensOf(equation).ToArray()).unsqueeze(0));
            var values = logits.data<float>().Select(logit => (double)logit).ToArray();
            var label = (int)run.Dataset.LabelOf(equation);
            loss += Math.Log(values.Sum(Math.Exp)) - values[label];
            right += values[label] == values.Max() ? 1 : 0;
        }

        var evaluation = Evaluation.Of(run.Model, run.Dataset, run.Split.Validation);
        Assert.Equal(loss / 9, evaluation.Loss, 1e-6);
        Assert.Equal(100.0 * right / 9, evaluation.Accuracy);
    }

    [Fact]
    public void It_is_what_training_recorded_of_the_last_epoch()
    {
        using var run = new SmallRun(batchSize: 3);
        var epoch = run.Trainer.Train(30)[^1];
        var evaluation = Evaluation.Of(run.Model, run.Dataset, run.Split.Validation);
        Assert.Equal(epoch.ValidationLoss, evaluation.Loss, 1e-6);
        Assert.Equal(epoch.ValidationAccuracy, evaluation.Accuracy);
    }

    [Fact]
    public void Many_equations_are_the_mean_of_their_parts()
    {
        using var dataset = new EquationDataset(97, Operation.Add);
        using var model = new GrokkingMlp(dataset.Vocabulary.Count, 16, 16);
        var all = Enumerable.Range(0, dataset.Count).Select(i => (long)i).ToArray();
        var whole = Evaluation.Of(model, dataset, all);
        var parts = all.Chunk(1000).Select(part => (part.Length, Evaluation: Evaluation.Of(model, dataset, part))).ToList();
        Assert.Equal(parts.Sum(part => part.Length * part.Evaluation.Loss) / 9409, whole.Loss, 1e-9);
        Assert.Equal(parts.Sum(part => part.Length * part.Evaluation.Accuracy) / 9409, whole.Accuracy, 1e-9);
    }

    [Fact]
    public void A_model_is_not_moved_by_it()
    {
        using var run = new SmallRun();
        var before = Weights.Of(run.Model);
        Evaluation.Of(run.Model, run.Dataset, run.Split.Training);
        Assert.Equal(before, Weights.Of(run.Model));
        Assert.All(run.Model.parameters(), parameter => Assert.True(parameter.grad is null));
    }

    [Fact]
    public void A_model_of_another_vocabulary_and_no_equations_are_refused()
    {
        using var run = new SmallRun();
        using var seed = new GrokkingMlp();
        Assert.Contains("no equations", Assert.Throws<ArgumentException>(() => Evaluation.Of(run.Model, run.Dataset, [])).Message);
        Assert.Equal(
            "The model has 99 tokens and the dataset 9; make it with as many as dataset.Vocabulary.Count.",
            Assert.Throws<ArgumentException>(() => Evaluation.Of(seed, run.Dataset, run.Split.Validation)).Message);
        Assert.Throws<ArgumentException>(() => new AutogradEngine(seed, run.Dataset, RunSettings.Original.Optimizer));
    }
}
