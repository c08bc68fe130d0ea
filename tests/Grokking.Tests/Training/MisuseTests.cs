using Grokking.Analysis;
using Grokking.Data;
using Grokking.Models;
using Grokking.Training;
using Grokking.Training.Fused;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Grokking.Tests.Training;

/// <summary>What people do in a notebook of their own, or forget: it works as in PyTorch, or is said in one sentence.</summary>
public sealed class MisuseTests
{
    private static readonly OptimizerSettings Settings = new() { LearningRate = 1e-2 };

    [Fact]
    public void The_fused_engine_sees_weights_that_were_loaded_while_it_is_there()
    {
        using var run = new SmallRun();
        using var engine = new FusedEngine(run.Model, run.Dataset, Settings, threads: 1);
        using var other = new GrokkingMlp(run.Dataset.Vocabulary.Count, embedding: 8, hidden: 8);
        using (no_grad())
        {
            foreach (var (own, loaded) in run.Model.parameters().Zip(other.parameters()))
            {
                own.copy_(loaded);
            }
        }

        Assert.Equal(Evaluation.Of(other, run.Dataset, run.Split.Validation).Loss, engine.EvaluateBatch(run.Split.Validation).Loss, 1e-5);
        using var autograd = new AutogradEngine(other, run.Dataset, Settings);
        Assert.Equal(autograd.TrainBatch([1, 2, 3]).Loss, engine.TrainBatch([1, 2, 3]).Loss, 1e-5);
        Assert.Equal(autograd.EvaluateBatch([1, 2, 3]).Loss, engine.EvaluateBatch([1, 2, 3]).Loss, 1e-4);
    }

    [Theory]
    [InlineData("adamw")]
    [InlineData("muon")]
    [InlineData("grokfast")]
    [InlineData("orthograd")]
    public void A_frozen_weight_stays_as_it_is_and_the_others_move(string optimizer)
    {
        using var run = new SmallRun();
        run.Model.Embedding.weight!.requires_grad = false;
        var before = TensorValues.Of(run.Model.Embedding.weight).Values.ToArray();
        var output = TensorValues.Of(run.Model.UnembeddingWeight).Values.ToArray();
        using var engine = new AutogradEngine(run.Model, run.Dataset, Settings with { Name = optimizer });
        engine.TrainBatch([1, 2, 3]);

        Assert.Equal(before, TensorValues.Of(run.Model.Embedding.weight).Values.ToArray());
        Assert.NotEqual(output, TensorValues.Of(run.Model.UnembeddingWeight).Values.ToArray());
        Refuses<ArgumentException>("The fused engine trains every weight, and 'net.0.weight' is frozen", () => new FusedEngine(run.Model, run.Dataset, Settings));
    }

    [Fact]
    public void Dropout_is_for_training_alone_and_a_copy_is_in_the_networks_mode()
    {
        using var run = new SmallRun();
        using var network = new Own(run.Dataset.Vocabulary.Count, dropout: 0.5);
        using var engine = new AutogradEngine(network, run.Dataset, Settings);

        var validation = engine.EvaluateBatch(run.Split.Validation);
        Assert.Equal(validation, engine.EvaluateBatch(run.Split.Validation));
        Assert.Equal(validation.Loss, Evaluation.Of(network, run.Dataset, run.Split.Validation).Loss, 1e-12);
        Assert.Equal(ProgressMeasures.Of(network, run.Dataset, run.Split.Validation, [1]), ProgressMeasures.Of(network, run.Dataset, run.Split.Validation, [1]));
        Assert.True(network.training);
        network.eval();
        using var copy = network.Copy();
        Assert.False(copy.training);
    }

    [Fact]
    public void A_network_that_forgets_something_is_told_what()
    {
        using var run = new SmallRun();
        var tokens = run.Dataset.Vocabulary.Count;
        Refuses<ArgumentException>("Own has no parameters; its constructor has to end with RegisterComponents().", () => new AutogradEngine(new Own(tokens, registers: false), run.Dataset, Settings));
        Refuses<InvalidOperationException>("Own.Fresh() makes another: it has 'embedding.weight' [9, 5], and this one 'embedding.weight' [9, 6]; it has to make a new network of the same shape.", () => new Own(tokens, hidden: 6).Copy());
        Refuses<ArgumentException>("EmbeddingWeight and UnembeddingWeight of Own have to be parameters or views of them", () => new AutogradEngine(new Own(tokens, computed: true), run.Dataset, Settings));
        Refuses<ArgumentException>("The weights of a network are float32, and 'embedding.weight' of Own is Float64.", () => new AutogradEngine((EquationModel)new Own(tokens).to(float64), run.Dataset, Settings));
        using var wrong = new AutogradEngine(new Own(tokens, transposed: true), run.Dataset, Settings);
        Refuses<InvalidOperationException>("Own.forward gives [9, 3]; it has to give [3, 9], a row of logits an equation.", () => wrong.TrainBatch([1, 2, 3]));
    }

    [Fact]
    public void A_batch_a_loss_and_threads_that_make_no_sense_are_refused()
    {
        using var run = new SmallRun();
        using var engine = new AutogradEngine(run.Model, run.Dataset, Settings);
        Refuses<ArgumentException>("There are no equations; give at least one.", () => engine.EvaluateBatch([]));
        Refuses<ArgumentException>("Equation 49 is not in the dataset; its equations go from 0 to 48.", () => engine.TrainBatch([49]));
        using var rows = new AutogradEngine(run.Model, run.Dataset, Settings) { Loss = (logits, labels) => nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.None) };
        Refuses<InvalidOperationException>("The loss of a batch is [2]; it has to be one number, the batch's mean.", () => rows.TrainBatch([1, 2]));
        using (no_grad())
        {
            Refuses<InvalidOperationException>("The loss leads back to no parameter", () => engine.TrainBatch([1]));
        }

        foreach (var threads in (int[])[0, 20_000])
        {
            var sentence = $"The number of threads is {threads}; it has to be from 1 to 256.";
            Refuses<ArgumentException>(sentence, () => new AutogradEngine(run.Model, run.Dataset, Settings, threads));
            Refuses<ArgumentException>(sentence, () => new FusedEngine(run.Model, run.Dataset, Settings, threads));
        }

        Refuses<ArgumentException>("There are 3 equations, and 1 frequencies fit so few", () => ProgressMeasures.Of(run.Model, run.Dataset, [1, 2, 3], [1]));
    }

    [Fact]
    public void A_generator_that_is_gone_draws_nothing()
    {
        using var run = new SmallRun();
        Generator generator = new(21);
        var order = new BatchOrder(run.Split, 7, generator);
        generator.Dispose();

        Refuses<ArgumentException>("The generator is disposed of; give one that lives", () => order.Training.First());
        Refuses<ArgumentException>("The generator is disposed of; give one that lives", () => order.GeneratorState);
        Refuses<ArgumentException>("The generator is null; give one that lives", () => DatasetSplit.ByFraction(run.Dataset, 0.5, null!));
    }

    [Fact]
    public async Task A_trainer_trains_once_at_a_time()
    {
        using var run = new SmallRun();
        using var inside = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        var training = Task.Run(() => run.Trainer.Train(2, new Waiting(inside, go)), TestContext.Current.CancellationToken);
        await inside.WaitAsync(TestContext.Current.CancellationToken);
        Refuses<InvalidOperationException>("This trainer is training already", () => run.Trainer.Train(3));
        go.Release(2);
        await training;

        Assert.Equal(3, run.Trainer.Train(3).Count);
    }

    [Fact]
    public void A_copy_of_an_epoch_is_kept_once_and_none_of_before_it()
    {
        using var run = new SmallRun(snapshots: SnapshotSchedule.At(0, 1, 2));
        run.Snapshots.KeepIfDue(2);
        run.Snapshots.KeepIfDue(2);
        Assert.Equal([0, 2], run.Snapshots.Select(kept => kept.Epochs));
        Refuses<ArgumentException>("There is a copy after 2 epochs already, and this is after 1; a run that begins anew needs new WeightSnapshots.", () => run.Snapshots.KeepIfDue(1));
    }

    [Fact]
    public void Copies_that_are_still_to_come_are_said_to_be()
    {
        using var run = new SmallRun(snapshots: SnapshotSchedule.At(100));
        Assert.Equal("no copies yet", run.Snapshots.ToString());
    }

    [Fact]
    public void A_network_whose_answers_are_no_numbers_is_right_about_none()
    {
        using var run = new SmallRun();
        using (no_grad())
        {
            run.Model.UnembeddingWeight.fill_(float.NaN);
        }

        long[] all = [.. Enumerable.Range(0, run.Dataset.Count).Select(equation => (long)equation)];
        Assert.Equal(0, MagnitudePruning.Of(run.Model, run.Dataset, all, [0])[0].Pruned.Accuracy);
    }

    [Theory]
    [InlineData("grokfast")]
    [InlineData("muon")]
    public void The_fused_engine_takes_no_other_optimisers_state(string optimizer)
    {
        using var run = new SmallRun();
        using var other = new AutogradEngine(run.Model, run.Dataset, Settings with { Name = optimizer });
        using var fused = new FusedEngine(run.Model, run.Dataset, Settings);
        Refuses<ArgumentException>("The optimiser's state ", () => fused.OptimizerStateDict = other.OptimizerStateDict);
    }

    private static void Refuses<T>(string sentence, Func<object?> act)
        where T : Exception => Assert.StartsWith(sentence, Assert.ThrowsAny<T>(act).Message, StringComparison.Ordinal);

    private static void Refuses<T>(string sentence, Action act)
        where T : Exception => Assert.StartsWith(sentence, Assert.ThrowsAny<T>(act).Message, StringComparison.Ordinal);

    private sealed class Waiting(SemaphoreSlim inside, SemaphoreSlim go) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            inside.Release();
            go.Wait();
        }
    }

    private sealed class Own : EquationModel
    {
        private readonly bool _computed;
        private readonly bool _transposed;
        private readonly Embedding embedding;
        private readonly Dropout dropout;
        private readonly Linear @out;

        public Own(int vocabulary, double dropout = 0, int hidden = 5, bool registers = true, bool computed = false, bool transposed = false)
            : base(nameof(Own), vocabulary)
        {
            (_computed, _transposed) = (computed, transposed);
            embedding = nn.Embedding(vocabulary, hidden);
            this.dropout = nn.Dropout(dropout);
            @out = nn.Linear(hidden, vocabulary, hasBias: false);
            if (registers)
            {
                RegisterComponents();
            }
        }

        public override Tensor EmbeddingWeight => _computed ? embedding.weight! * 2 : embedding.weight!;

        public override Tensor UnembeddingWeight => @out.weight!;

        public override EquationModel Fresh() => new Own(VocabularySize, dropout.p);

        public override Tensor forward(Tensor tokens)
        {
            var logits = @out.forward(dropout.forward(embedding.forward(tokens).sum(1)));
            return _transposed ? logits.t() : logits;
        }
    }
}
