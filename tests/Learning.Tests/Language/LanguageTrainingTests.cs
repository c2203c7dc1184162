using System.Text.Json;
using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Generation;
using KdCluster.Learning.Loops;
using KdCluster.Learning.Models;
using KdCluster.Learning.Objectives;
using KdCluster.Learning.Training;
using KdCluster.Metrics;
using KdCluster.SoftTargets;
using KdCluster.Tests.Models;
using TorchSharp;

namespace KdCluster.Tests.Language;

public sealed class LanguageTrainingTests : TensorScope
{
    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama")]
    public void A_student_learns_what_follows_and_its_checkpoint_is_the_model(string kind)
    {
        using var task = new LanguageCase();
        TrainingResult result = StudentTrainer.Train(task.Job("one", kind, epochs: 12, dropout: 0));
        // Of 256 bytes that are equally likely it would be 256; the order of the letters alone leaves few.
        Assert.InRange(result.Best.Find(Metric.Perplexity)!.Value, 1, 3);
        Assert.Equal(Math.Exp(result.Best.CrossEntropy), result.Best.Find(Metric.Perplexity));
        Checkpoint found = Checkpoint.Load(result.BestFolder);
        using Model model = found.Model;
        Assert.Same(LabelSpace.NextToken, found.Labels);
        Assert.Equal(("token-logits", new OutputShape(OutputShape.Length, 256)), model.Outputs[0]);
        EncodedSplit validation = task.Data.Encode(DataSplit.Validation, found.Encoder);
        Assert.Equal(result.Best, Evaluator.Evaluate(model, validation));
        Assert.Equal(validation.Views.Sum(v => v.Length - 1), result.Best.Count);
        Assert.StartsWith("cat sees the ", Text(TextGenerator.Continue(model, Bytes("cat s"), 8, TokenSampler.Greedy)), StringComparison.Ordinal);
        using JsonDocument config = JsonDocument.Parse(File.ReadAllText(Path.Combine(result.BestFolder, "config.json")));
        Assert.Equal(kind, config.RootElement.GetProperty("model_type").GetString());
        Assert.False(config.RootElement.TryGetProperty("id2label", out _));
        Assert.Equal(16, config.RootElement.GetProperty(kind == "gpt2" ? "n_positions" : "max_position_embeddings").GetInt32());
        using var tensors = SafeTensorsReader.Open(Path.Combine(result.BestFolder, "model.safetensors"));
        Assert.Contains(kind == "gpt2" ? "transformer.h.1.attn.c_attn.weight" : "model.layers.1.self_attn.q_proj.weight", tensors.Tensors.Select(t => t.Name));
        Assert.Contains("text-generation", File.ReadAllText(Path.Combine(result.BestFolder, "README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void Likelihoods_are_those_of_single_texts_one_by_one()
    {
        using var task = new LanguageCase();
        using Model model = ModelFactory.Create(task.Encoder.ShapeOf(task.Job("x").Model, 1), 5);
        int[][] texts = [Bytes("a cat"), Bytes("the owl finds"), Bytes("ab")];
        double sum = 0;
        model.eval();
        foreach (int[] ids in texts)
        {
            float[][] said = [.. model.call(torch.tensor(Array.ConvertAll(ids, i => (long)i), [1, ids.Length])).Logits.data<float>().ToArray().Chunk(256)];
            sum += Enumerable.Range(0, ids.Length - 1).Sum(t => Math.Log(said[t].Sum(z => Math.Exp(z))) - said[t][ids[t + 1]]);
        }

        EvaluationResult found = Evaluator.Evaluate(model, new EncodedSplit(texts, new int[3]));
        Assert.Equal(17, found.Count);
        Assert.Equal(sum / 17, found.CrossEntropy, 5);
        // The loss of a step is the mean over the texts of the mean over their tokens.
        torch.Tensor batch = model.Collate([.. texts.Select(t => new InstanceView(t))]);
        TokenPositions places = new(batch, [5, 13, 2]);
        Assert.Equal(1, places.Shares.sum().item<float>(), 6);
        double[] own = [.. texts.Select(t => Evaluator.Evaluate(model, new EncodedSplit([t], [0])).CrossEntropy)];
        double loss = new CrossEntropyObjective().Evaluate(new ObjectiveInput(places.Of(model.call(batch).Logits), places.Labels, null, null) { Shares = places.Shares }).GradientLoss.item<float>();
        Assert.Equal(own.Average(), loss, 5);
        model.Random?.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void A_training_that_is_interrupted_ends_with_the_same_bytes(int after)
    {
        using var task = new LanguageCase();
        TrainingResult whole = StudentTrainer.Train(task.Job("whole"));
        TrainingJob job = task.Job("broken") with { Training = task.Job("broken").Training with { CheckpointEvery = 3 } };
        using var stop = new CancellationTokenSource();
        var steps = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => StudentTrainer.Train(job with { MetricsEvery = 50, ProgressEvery = TimeSpan.Zero }, new Immediate<TrainingProgress>(p =>
        {
            if (p.Step > 0 && ++steps == after)
                stop.Cancel();
        }), stop.Token));
        TrainingResult resumed = StudentTrainer.Train(job);
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole.BestFolder, "model.safetensors")), File.ReadAllBytes(Path.Combine(resumed.BestFolder, "model.safetensors")));
        Assert.Equal(whole.Best, resumed.Best);
    }

    [Fact]
    public void A_sampler_draws_by_temperature_and_from_the_likeliest_alone()
    {
        float[] logits = [1, 3, 2, 3, -9];
        Assert.Equal(1, TokenSampler.Greedy.Choose(logits, 0));
        int[] Draws(TokenSampler sampler) => [.. Enumerable.Range(0, 4000).Select(i => sampler.Choose(logits, i))];
        double[] odds = [.. logits.Select(z => Math.Exp(z / 2.0))];
        int[] all = Draws(new TokenSampler { Temperature = 2, Seed = 4 });
        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(odds[i] / odds.Sum(), all.Count(d => d == i) / 4000.0, 0.03));
        Assert.Equal(all, Draws(new TokenSampler { Temperature = 2, Seed = 4 }));
        Assert.NotEqual(all, Draws(new TokenSampler { Temperature = 2, Seed = 5 }));
        Assert.Equal([1, 2, 3], Draws(new TokenSampler { Temperature = 2, TopK = 3 }).Distinct().Order());
        // The two likeliest have 0.74 of it, the third makes 0.93.
        Assert.Equal([1, 3], Draws(new TokenSampler { Temperature = 1, TopP = 0.7 }).Distinct().Order());
        Assert.Equal([1, 2, 3], Draws(new TokenSampler { Temperature = 1, TopP = 0.8 }).Distinct().Order());
        Assert.Single(Draws(new TokenSampler { Temperature = 1, TopP = 0.01 }).Distinct());
    }

    private static int[] Bytes(string text) => [.. text.Select(c => (int)c)];

    private static string Text(int[] ids) => string.Concat(ids.Select(i => (char)i));

    private sealed class Immediate<T>(Action<T> act) : IProgress<T>
    {
        public void Report(T value) => act(value);
    }
}
