using KdCluster.Instances;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.SoftTargets;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Learning.Training;

/// <summary>Runs a model over rows in batches of like length, without gradient and without dropout. Runs on the calling thread.</summary>
public static class Evaluator
{
    /// <summary>Default number of rows in a batch: the fastest per row on a CPU, because larger batches exceed its caches.</summary>
    public const int DefaultBatch = 64;

    /// <summary>Scores a model on labelled rows.</summary>
    /// <param name="model">Its training mode is put back afterwards.</param>
    /// <param name="split">At least one row.</param>
    /// <param name="batchSize">Rows in a batch; the figures depend on it in their last digits only.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public static EvaluationResult Evaluate(Model model, EncodedSplit split, int batchSize = DefaultBatch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(split);
        ArgumentOutOfRangeException.ThrowIfZero(split.Count, nameof(split));
        return model.Answer == OutputNames.TokenLogits ? TokenScoring.Of(model, split.Views, batchSize, cancellationToken) : Scoring.Of(Logits(model, split.Views, batchSize, cancellationToken), split, model.Shape.Classes);
    }

    /// <summary>The score of each row by a model of a regression, in the rows' order and the labels' unit.</summary>
    /// <param name="model">Its training mode is put back afterwards.</param>
    /// <param name="rows">Each row, model-ready.</param>
    /// <param name="batchSize">Rows in a batch.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public static float[] Score(Model model, IReadOnlyList<InstanceView> rows, int batchSize = DefaultBatch, CancellationToken cancellationToken = default) => Logits(model, rows, batchSize, cancellationToken);

    /// <summary>Class and probabilities of each row, in the rows' order.</summary>
    /// <param name="model">Its training mode is put back afterwards.</param>
    /// <param name="rows">Each row, model-ready.</param>
    /// <param name="batchSize">Rows in a batch.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public static Prediction[] Predict(Model model, IReadOnlyList<InstanceView> rows, int batchSize = DefaultBatch, CancellationToken cancellationToken = default)
    {
        float[] logits = Logits(model, rows, batchSize, cancellationToken);
        int classes = model.Shape.Classes;
        return [.. Enumerable.Range(0, rows.Count).Select(i => Scoring.Predict(logits.AsSpan(i * classes, classes)))];
    }

    /// <summary>Raw scores of each row, in the rows' order: [rows, classes] flattened, of a regression [rows]. The bits depend on the rows and the batch alone.</summary>
    internal static float[] Logits(Model model, IReadOnlyList<InstanceView> rows, int batchSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rows);
        int classes = model.Shape.Classes;
        var device = model.parameters().First().device;
        int[] order = [.. Enumerable.Range(0, rows.Count).OrderBy(rows.LengthOf)];
        var logits = new float[rows.Count * classes];
        bool training = model.training;
        model.eval();
        try
        {
            using var off = no_grad();
            foreach (int[] batch in order.Chunk(batchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var inputs = model.Collate([.. batch.Select(i => rows[i])], device);
                var answer = model.call(inputs).Logits.cpu().contiguous().data<float>().ToArray();
                for (int i = 0; i < batch.Length; i++)
                    answer.AsSpan(i * classes, classes).CopyTo(logits.AsSpan(batch[i] * classes));
            }
        }
        finally
        {
            model.train(training);
        }

        return logits;
    }
}
