using KdCluster.Learning.Objectives;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Language;

/// <summary>Losses at each token, against loops over tokens in double precision.</summary>
public sealed class TokenObjectiveTests : TensorScope
{
    private const int Vocabulary = 7, Length = 6;
    private static readonly int[] Lengths = [6, 2, 4];
    private readonly Generator _draws = new(9);

    [Theory]
    [InlineData("kd", 2.0)]
    [InlineData("reverse-kl", 1.5)]
    [InlineData("mse", 1.0)]
    [InlineData("cross-entropy", 1.0)]
    public void A_loss_is_the_mean_over_the_texts_of_the_mean_over_their_tokens(string loss, double temperature)
    {
        var (student, teachers, ids, weights) = Batch();
        TokenPositions places = new(ids, Lengths);
        Tensor taught = places.Of(Soft(teachers), 2);
        var objective = new TermObjective([new TermSpec { Loss = loss, Temperature = loss == "cross-entropy" ? null : temperature, TargetScale = loss == "mse" ? 1 : null }]);
        double found = objective.Evaluate(new ObjectiveInput(places.Of(student), places.Labels, taught, weights.index_select(0, places.Owners)) { Shares = places.Shares }).GradientLoss.item<float>();
        double expected = 0;
        for (int i = 0; i < Lengths.Length; i++)
        {
            for (int t = 0; t + 1 < Lengths[i]; t++)
            {
                double[] s = Row(student, i, t), w = [weights[i, 0].item<float>(), weights[i, 1].item<float>()], q = Softmax(s, temperature), p = [.. Enumerable.Range(0, Vocabulary).Select(c => Enumerable.Range(0, 2).Sum(k => w[k] * Softmax(Row(teachers[k], i, t), temperature)[c]))];
                double one = loss switch
                {
                    "kd" => temperature * temperature * p.Zip(q, (a, b) => a * Math.Log(a / b)).Sum(),
                    "reverse-kl" => temperature * temperature * Enumerable.Range(0, 2).Sum(k => w[k] * q.Zip(Softmax(Row(teachers[k], i, t), temperature), (a, b) => a * Math.Log(a / b)).Sum()),
                    "mse" => Enumerable.Range(0, Vocabulary).Average(c => Math.Pow(s[c] - Enumerable.Range(0, 2).Sum(k => w[k] * Row(teachers[k], i, t)[c]), 2)),
                    _ => -Math.Log(q[(int)ids[i, t + 1].item<long>()]),
                };
                expected += one / (Lengths[i] - 1) / Lengths.Length;
            }
        }

        Assert.Equal(expected, found, 1e-5 * Math.Abs(expected));
    }

    // KL over the kept tokens and the rest as one, and its gradient by the student's logits, both by hand.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_a_teacher_did_not_keep_counts_as_one(int kept)
    {
        Tensor teacher = randn([5, Vocabulary], generator: _draws).mul(2), student = randn([5, Vocabulary], generator: _draws).requires_grad_();
        // As rows of the largest come back: the others share what they have.
        Tensor decoded = stack(Enumerable.Range(0, 5).Select(i =>
        {
            double[] z = Row(teacher, i);
            int[] rest = [.. Enumerable.Range(0, Vocabulary).OrderByDescending(c => z[c]).Skip(kept)];
            double each = Math.Log(rest.Sum(c => Math.Exp(z[c])) / rest.Length);
            return tensor(z.Select((x, c) => (float)(rest.Contains(c) ? each : x)).ToArray());
        }));
        Tensor full = TokenPositions.FillRest(decoded, kept, student);
        Tensor loss = new KdCluster.Learning.Objectives.Terms.DivergenceTerm(1).Evaluate(new TermInput(student, zeros(5, Vocabulary), full.softmax(-1), default));
        loss.sum().backward();
        float[] losses = loss.data<float>().ToArray(), gradient = student.grad!.data<float>().ToArray();
        for (int i = 0; i < 5; i++)
        {
            double[] p = Softmax(Row(teacher, i), 1), q = Softmax(Row(student.detach(), i), 1);
            int[] top = [.. Enumerable.Range(0, Vocabulary).OrderByDescending(c => p[c]).Take(kept)];
            double restP = 1 - top.Sum(c => p[c]), restQ = 1 - top.Sum(c => q[c]);
            Assert.Equal(top.Sum(c => p[c] * Math.Log(p[c] / q[c])) + (restP * Math.Log(restP / restQ)), losses[i], 1e-5);
            for (int c = 0; c < Vocabulary; c++)
                Assert.Equal(top.Contains(c) ? q[c] - p[c] : q[c] - (restP * q[c] / restQ), gradient[(i * Vocabulary) + c], 1e-5);
        }
    }

    [Fact]
    public void A_weighting_sees_a_texts_nats_per_token_as_a_cross_entropy()
    {
        var (student, teachers, ids, _) = Batch();
        TokenPositions places = new(ids, Lengths);
        float[] found = places.Likelihoods(places.Of(Soft(teachers), 2));
        for (int k = 0; k < 2; k++)
        {
            for (int i = 0; i < Lengths.Length; i++)
            {
                double nats = Enumerable.Range(0, Lengths[i] - 1).Average(t => -Math.Log(Softmax(Row(teachers[k], i, t), 1)[ids[i, t + 1].item<long>()]));
                double[] two = [.. found.AsSpan(((k * Lengths.Length) + i) * 2, 2).ToArray().Select(x => (double)x)];
                Assert.Equal(nats, -Math.Log(Softmax(two, 1)[0]), 1e-5 * nats);
            }
        }

        Assert.Equal(2 * Lengths.Length, places.Likelihoods(places.Of(student)).Length);
        Assert.All(places.Likelihoods(zeros(places.Labels.shape[0], Vocabulary).scatter(-1, places.Labels.unsqueeze(-1), full([places.Labels.shape[0], 1], 1000f))), x => Assert.True(float.IsFinite(x)));
    }

    protected override void Leave() => _draws.Dispose();

    private (Tensor Student, Tensor[] Teachers, Tensor Ids, Tensor Weights) Batch()
    {
        Tensor Logits() => randn([Lengths.Length, Length, Vocabulary], generator: _draws).mul(2);
        return (Logits(), [Logits(), Logits()], randint(0, Vocabulary, [Lengths.Length, Length], generator: _draws), rand([Lengths.Length, 2], generator: _draws).softmax(-1));
    }

    private static SoftTargetBatch Soft(Tensor[] teachers) => new()
    {
        Instances = [0, 1, 2],
        Logits = [],
        Embedding = [],
        StoreHits = 0,
        TeacherRows = 0,
        Outputs = [.. teachers.Select((t, k) => new OutputRows(k, OutputNames.TokenLogits, new OutputShape(OutputShape.Length, Vocabulary), Lengths, [.. Lengths.Select((n, i) => (ReadOnlyMemory<float>)t[i].narrow(0, 0, n).contiguous().data<float>().ToArray())]))],
    };

    private static double[] Row(Tensor logits, params long[] at) => [.. (at.Length == 2 ? logits[at[0], at[1]] : logits[at[0]]).contiguous().data<float>().ToArray().Select(x => (double)x)];

    private static double[] Softmax(double[] logits, double temperature)
    {
        double[] odds = [.. logits.Select(z => Math.Exp(z / temperature))];
        return [.. odds.Select(o => o / odds.Sum())];
    }
}
