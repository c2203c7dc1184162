using KdCluster.Learning.Torch;
using KdCluster.SoftTargets;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives;

/// <summary>
/// The places of a batch of texts at which a token follows: what a language model answers there is to losses what an instance's answer is elsewhere. A place counts 1/(batch · places of its text), so that a loss is the mean over the instances of the mean over their tokens, whatever stands beside them.
/// </summary>
internal sealed class TokenPositions
{
    private readonly Tensor _places;
    private readonly IReadOnlyList<int> _lengths;

    /// <param name="ids">int64 [batch, length].</param>
    /// <param name="lengths">Tokens of each row, two at least.</param>
    public TokenPositions(Tensor ids, IReadOnlyList<int> lengths)
    {
        long width = ids.shape[1];
        int count = lengths.Sum(l => l - 1);
        long[] places = new long[count], owners = new long[count];
        float[] shares = new float[count];
        for (int row = 0, at = 0; row < lengths.Count; row++)
        {
            for (int t = 0; t < lengths[row] - 1; t++, at++)
                (places[at], owners[at], shares[at]) = ((row * width) + t, row, 1f / lengths.Count / (lengths[row] - 1));
        }

        _lengths = lengths;
        _places = tensor(places, device: ids.device);
        Owners = tensor(owners, device: ids.device);
        Shares = tensor(shares, device: ids.device);
        Labels = ids.flatten().index_select(0, tensor(Array.ConvertAll(places, p => p + 1), device: ids.device));
    }

    /// <summary>The token that follows at each place: int64 [places].</summary>
    public Tensor Labels { get; }

    /// <summary>The row of each place: int64 [places].</summary>
    public Tensor Owners { get; }

    /// <summary>How much each place counts; they sum to 1: float32 [places].</summary>
    public Tensor Shares { get; }

    /// <summary>The answers at the places: [places, vocabulary].</summary>
    /// <param name="answers">[batch, length, vocabulary].</param>
    public Tensor Of(Tensor answers) => answers.flatten(0, 1).index_select(0, _places);

    /// <summary>What teachers say at the places: [teachers, places, vocabulary], in the teachers' order.</summary>
    /// <param name="soft">Holds the token logits of each.</param>
    /// <param name="teachers">How many there are.</param>
    public Tensor Of(SoftTargetBatch soft, int teachers)
    {
        long count = Labels.shape[0];
        OutputRows[] said = [.. Enumerable.Range(0, teachers).Select(k => soft.Outputs.First(o => o.Teacher == k && o.Output == OutputNames.TokenLogits))];
        int vocabulary = said[0].Shape.Dimensions[^1];
        float[] all = new float[teachers * count * vocabulary];
        int at = 0;
        foreach (OutputRows rows in said)
        {
            for (int i = 0; i < _lengths.Count; i++)
            {
                ReadOnlySpan<float> row = rows.Rows[i].Span[..((_lengths[i] - 1) * vocabulary)];
                row.CopyTo(all.AsSpan(at));
                at += row.Length;
            }
        }

        return tensor(all, [teachers, count, vocabulary], device: Labels.device);
    }

    /// <summary>
    /// How likely each text is, as a weighting sees it: logits of two classes, "what follows" and "anything else", whose first has the probability e^(−mean of −log q over the text's tokens). Its cross-entropy with the first class is that mean, the text's nats per token.
    /// </summary>
    /// <param name="logits">[…, places, vocabulary], without gradient.</param>
    /// <returns>[…, batch, 2] flattened.</returns>
    public float[] Likelihoods(Tensor logits)
    {
        const double least = 1e-6;   // below it the other class has no logit
        using var off = no_grad();
        using var scope = NewDisposeScope();
        int count = (int)Labels.shape[0];
        long repeats = logits.numel() / logits.shape[^1] / count;
        float[] each = nn.functional.cross_entropy(logits.reshape(-1, logits.shape[^1]), Labels.repeat(repeats), reduction: nn.Reduction.None).cpu().data<float>().ToArray();
        var found = new float[repeats * _lengths.Count * 2];
        for (int k = 0, at = 0, to = 0; k < repeats; k++)
        {
            foreach (int length in _lengths)
            {
                double sum = 0;
                for (int t = 1; t < length; t++)
                    sum += each[at++];
                double nats = Math.Max(sum / (length - 1), least);
                found[to++] = (float)-nats;
                found[to++] = (float)Math.Log(-(Math.Exp(-nats) - 1));
            }
        }

        return found;
    }

    /// <summary>
    /// Gives the tokens that a teacher did not keep the probability that it left them, divided as the student divides it now. So student and teacher are compared over the same set, the kept tokens and the rest as one, and what the student thinks within the rest is not changed: KL(p‖q) is the sum over that set, and so is its
    /// gradient. At T = 1; at another temperature the rest has the shape of the student's there too.
    /// </summary>
    /// <param name="teacher">[places, vocabulary]; what was not kept has equal logits. They are below the others, but where the rest has a probability below 1e-12 (the codec of the largest counts it as 1e-12): there the last kept tokens can be below them, and others count as kept. What that changes is of the order of that probability.</param>
    /// <param name="kept">Tokens kept.</param>
    /// <param name="student">[places, vocabulary].</param>
    public static Tensor FillRest(Tensor teacher, int kept, Tensor student)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        Tensor places = teacher.topk(kept, -1).indexes;
        Tensor isKept = zeros_like(teacher).scatter(-1, places, ones_like(teacher)).to_type(ScalarType.Bool);
        using Scalar never = double.NegativeInfinity;
        Tensor mass = teacher.masked_fill(isKept, never).logsumexp(-1, keepdim: true), own = student.masked_fill(isKept, never).logsumexp(-1, keepdim: true);
        return where(isKept, teacher, student.sub(own).Plus(mass)).MoveToOuterDisposeScope();
    }
}
