using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Models;
using KdCluster.Learning.Text;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using TorchSharp;

namespace KdCluster.Learning.Training;

/// <summary>
/// The soft targets of a stage whose teachers are not all served: served ones as they come, earlier students of the run from a table of their answers on all training rows, made once and in an order of
/// its own, so that a resumed stage learns from the same bits. Where the moving average of the student stands, the logits are left 0 for the learner to fill in.
/// </summary>
public sealed class StageTargets : ISoftTargetSource
{
    private readonly ISoftTargetSource? _served;
    private readonly IReadOnlyList<StageTeacher> _teachers;
    private readonly float[]?[] _tables;
    private readonly int _classes;

    private StageTargets(ISoftTargetSource? served, IReadOnlyList<StageTeacher> teachers, IReadOnlyList<TeacherDescription> descriptions, float[]?[] tables, int classes) =>
        (_served, _teachers, Teachers, _tables, _classes) = (served, teachers, descriptions, tables, classes);

    /// <inheritdoc/>
    public IReadOnlyList<TeacherDescription> Teachers { get; }

    /// <inheritdoc/>
    public int EmbeddingWidth => _served?.EmbeddingWidth ?? 0;

    /// <summary>Asks the earlier students; runs on the calling thread.</summary>
    /// <param name="served">The teachers that are served, in the order that <see cref="StageTeacher.Served"/> counts by; null where none is.</param>
    /// <param name="teachers">At least one, in the stage's order.</param>
    /// <param name="job">The training: its rows, tokenizer, labels and device.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="KdException"><c>KD12xx</c>: an earlier student cannot be read.</exception>
    public static StageTargets Create(ISoftTargetSource? served, IReadOnlyList<StageTeacher> teachers, TrainingJob job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(teachers);
        ArgumentNullException.ThrowIfNull(job);
        var descriptions = new TeacherDescription[teachers.Count];
        var tables = new float[]?[teachers.Count];
        for (int k = 0; k < teachers.Count; k++)
        {
            descriptions[k] = teachers[k].Served is { } number ? served!.Teachers[number] : Own(teachers[k].Name, job, []);
            if (teachers[k].Checkpoint is not { } folder)
                continue;
            using TextModel model = Checkpoint.Load(folder, Torch.TorchRuntime.ParseDevice(job.Training.Device)).Model;
            tables[k] = Evaluator.Logits(model, job.Train.Tokens, Evaluator.DefaultBatch, cancellationToken);
            model.Random?.Dispose();
            string fingerprint = CheckpointFingerprint.Compute(folder, OutputKind.Logits)[0];
            descriptions[k] = Own(teachers[k].Name, job, [new SoftTargetSet(fingerprint, OutputKind.Logits, ElementType.Float32, job.Labels.Count, 0, job.Labels.Hash)]);
        }

        return new StageTargets(served, teachers, descriptions, tables, job.Labels.Count);
    }

    /// <inheritdoc/>
    public ISoftTargetStream Open(IEnumerable<int[]> batches, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batches);
        return _served is null ? new Stream(this, null, batches.GetEnumerator()) : new Stream(this, _served.Open(batches, cancellationToken), null);
    }

    private static TeacherDescription Own(string name, TrainingJob job, SoftTargetSet[] outputs) => new(
        name, job.Model.Kind, 0, job.Labels.Names, job.Labels.Hash, job.Tokenizer.Hash, job.Tokenizer.MaxLength, outputs, double.NaN);

    private SoftTargetBatch Mix(SoftTargetBatch? served, int[] rows)
    {
        int each = rows.Length * _classes;
        var logits = new float[_teachers.Count * each];
        for (int k = 0; k < _teachers.Count; k++)
        {
            var into = logits.AsSpan(k * each, each);
            if (_teachers[k].Served is { } number)
            {
                served!.Logits.AsSpan(number * each, each).CopyTo(into);
            }
            else if (_tables[k] is { } table)
            {
                for (int i = 0; i < rows.Length; i++)
                    table.AsSpan(rows[i] * _classes, _classes).CopyTo(into[(i * _classes)..]);
            }
        }

        return new SoftTargetBatch { Instances = rows, Logits = logits, Embedding = served?.Embedding ?? [], StoreHits = served?.StoreHits ?? 0, TeacherRows = served?.TeacherRows ?? 0 };
    }

    private sealed class Stream(StageTargets targets, ISoftTargetStream? served, IEnumerator<int[]>? own) : ISoftTargetStream
    {
        public TimeSpan Stall => served?.Stall ?? TimeSpan.Zero;

        public SoftTargetBatch Take()
        {
            if (served is not null)
            {
                SoftTargetBatch batch = served.Take();
                return targets.Mix(batch, batch.Instances);
            }

            return own!.MoveNext() ? targets.Mix(null, own.Current) : throw new InvalidOperationException("all batches were taken");
        }

        public void Dispose()
        {
            served?.Dispose();
            own?.Dispose();
        }
    }
}
