using KdCluster.Instances;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Objectives;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Training;

/// <summary>How likely a language model finds the texts: −log q of each token that follows another, added up in double precision.</summary>
internal static class TokenScoring
{
    // Answers of a batch, all at once in memory.
    private const long MostNumbers = 1 << 24;

    /// <summary>Of all tokens of some texts but their first ones.</summary>
    /// <param name="model">Its training mode is put back afterwards.</param>
    /// <param name="rows">Each with two tokens at least.</param>
    /// <param name="batchSize">Rows in a batch at most.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public static EvaluationResult Of(Model model, IReadOnlyList<InstanceView> rows, int batchSize, CancellationToken cancellationToken)
    {
        double sum = 0;
        int tokens = 0;
        bool training = model.training;
        var device = model.parameters().First().device;
        int[] lengths = [.. Enumerable.Range(0, rows.Count).Select(rows.LengthOf)];
        long most = Math.Clamp(MostNumbers / ((long)lengths.Max() * model.Shape.Vocabulary), 1, batchSize);
        model.eval();
        try
        {
            using var off = no_grad();
            foreach (int[] batch in Enumerable.Range(0, rows.Count).OrderBy(r => lengths[r]).Chunk((int)most))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                Tensor ids = model.Collate([.. batch.Select(r => rows[r])], device);
                TokenPositions places = new(ids, Array.ConvertAll(batch, r => lengths[r]));
                float[] each = functional.cross_entropy(places.Of(model.call(ids).Logits), places.Labels, reduction: Reduction.None).cpu().data<float>().ToArray();
                (sum, tokens) = (sum + each.Sum(x => (double)x), tokens + each.Length);
            }
        }
        finally
        {
            model.train(training);
        }

        return EvaluationResult.OfTokens(tokens, sum / tokens);
    }
}
