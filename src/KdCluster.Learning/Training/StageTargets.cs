using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Models;
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
    private readonly TrainingJob _job;
    private readonly float[]?[] _tables;
    private readonly int _classes;

    /// <summary>Finds the teachers. The earlier students are asked when the first stream is opened: a stage that is done asks nobody.</summary>
    /// <param name="served">The teachers that are served, in the order that <see cref="StageTeacher.Served"/> counts by; null where none is.</param>
    /// <param name="teachers">At least one, in the stage's order.</param>
    /// <param name="job">The training: its rows, encoder, labels and device.</param>
    /// <exception cref="KdException"><c>KD12xx</c>: an earlier student cannot be read.</exception>
    public StageTargets(ISoftTargetSource? served, IReadOnlyList<StageTeacher> teachers, TrainingJob job)
    {
        ArgumentNullException.ThrowIfNull(teachers);
        ArgumentNullException.ThrowIfNull(job);
        (_served, _teachers, _job, _classes) = (served, teachers, job, job.Labels.Count);
        _tables = new float[]?[teachers.Count];
        Teachers = [.. teachers.Select(t => t.Served is { } number ? served!.Teachers[number] : Own(t, job))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<TeacherDescription> Teachers { get; }

    /// <inheritdoc/>
    public int EmbeddingWidth => _served?.EmbeddingWidth ?? 0;

    /// <inheritdoc/>
    public ISoftTargetStream Open(IEnumerable<int[]> batches, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batches);
        for (int k = 0; k < _teachers.Count; k++)
        {
            if (_teachers[k].Checkpoint is { } folder)
                _tables[k] ??= Ask(folder, cancellationToken);
        }

        return _served is null ? new Stream(this, null, batches.GetEnumerator()) : new Stream(this, _served.Open(batches, cancellationToken), null);
    }

    private static TeacherDescription Own(StageTeacher teacher, TrainingJob job)
    {
        string answer = OutputNames.Answer(job.Labels.Count);
        TeacherOutput[] outputs = teacher.Checkpoint is not { } folder ? []
            : [new TeacherOutput(CheckpointFingerprint.Compute(folder, answer)[0], answer, ElementType.Float32, new OutputShape(job.Labels.Count), 0, job.Labels.Hash)];
        return new TeacherDescription(teacher.Name, job.Model.Kind, 0, job.Labels.Names, job.Labels.Hash, job.Encoder.Hash, job.Encoder.MaxLength, outputs, double.NaN);
    }

    // Raw scores of all training rows. On the thread that opens, which is the training's.
    private float[] Ask(string folder, CancellationToken cancellationToken)
    {
        using Model model = Checkpoint.Load(folder, Torch.TorchRuntime.ParseDevice(_job.Training.Device)).Model;
        using torch.Generator? random = model.Random;
        return Evaluator.Logits(model, _job.Train.Views, Evaluator.DefaultBatch, cancellationToken);
    }

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

        return new SoftTargetBatch { Instances = rows, Logits = logits, Outputs = Own(served?.Outputs ?? []), Embedding = served?.Embedding ?? [], StoreHits = served?.StoreHits ?? 0, TeacherRows = served?.TeacherRows ?? 0 };
    }

    // By the numbers that the stage's teachers have.
    private OutputRows[] Own(IReadOnlyList<OutputRows> outputs) => [.. outputs.Select(o => o with { Teacher = _teachers.Index().First(t => t.Item.Served == o.Teacher).Index })];

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
