using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Weightings;

namespace KdCluster.Learning.Weightings;

/// <summary>
/// How far the student is from each teacher on an instance, as part of a policy's state: T²·KL(p_k(T)‖q(T)), cut at <see cref="PolicyFeatures.LargestLoss"/>, and, where the
/// objective compares embeddings, cos(P_k·f, f_k), f the student's embedding, P_k the objective's own projection, f_k the teacher's. MTKD-RL, arXiv 2502.18510.
/// </summary>
internal sealed class StudentGap(ObjectiveSpec objective, int teachers, int classes)
{
    public const string WeightingName = "reinforced-gap";

    private readonly float _temperature = (float)objective.ForReward().Temperature;
    private readonly bool _embeddings = Compares(objective);
    private float[] _teacher = [];
    private float[] _teacherLog = [];
    private float[] _studentLog = [];
    private float[] _scratch = [];
    private PolicyBatch? _batch;

    /// <summary>Numbers of one teacher on one instance: the divergence, then the cosine where there is one.</summary>
    public int Width => _embeddings ? 2 : 1;

    /// <summary>Whether an objective compares the student's embedding, projected, with each teacher's own: then there is a cosine.</summary>
    public static bool Compares(ObjectiveSpec objective) => objective.Terms?.Any(IsMatch) == true;

    /// <summary>Whether a term brings the student's embedding to the width of the teacher's.</summary>
    public static bool IsMatch(TermSpec term) => RecipeTableLosses.Find(term.Loss) is { Compares: OutputFamily.Embedding, Projects: true };

    /// <summary>What a weighting sees of the student with an objective, in words; empty: nothing.</summary>
    public static string Seen(string kind, ObjectiveSpec objective) => kind != WeightingName ? ""
        : FormattableString.Invariant($"the divergence at temperature {objective.ForReward().Temperature}{(Compares(objective) ? " and the cosine of the embeddings" : "")}");

    /// <summary>Takes a batch with the student's answers.</summary>
    /// <exception cref="ArgumentException">They are not in it.</exception>
    public void Read(PolicyBatch batch)
    {
        int count = batch.Labels.Length;
        if (batch.StudentLogits.Length != count * classes || batch.Cosines.Length != (_embeddings ? count * teachers : 0))
            throw new ArgumentException("the policy looks at the student, and the batch does not hold what the student says", nameof(batch));
        _batch = batch;
        if (_teacher.Length < batch.TeacherLogits.Length)
        {
            _teacher = new float[batch.TeacherLogits.Length];
            (_teacherLog, _studentLog, _scratch) = (new float[teachers * count], new float[count], new float[batch.TeacherLogits.Length]);
        }

        HostMath.SoftmaxRows(batch.TeacherLogits, classes, _temperature, _teacher);
        HostMath.LogSumExpRows(batch.TeacherLogits, classes, _temperature, _scratch, _teacherLog);
        HostMath.LogSumExpRows(batch.StudentLogits, classes, _temperature, _scratch, _studentLog);
    }

    /// <summary>The numbers of one teacher on one instance.</summary>
    public void Write(int instance, int teacher, Span<float> into)
    {
        int count = _batch!.Labels.Length, row = (teacher * count) + instance;
        // Σ p·((z_k − z)/T) − log Σ exp(z_k/T) + log Σ exp(z/T)
        float inverse = 1 / _temperature, divergence = _studentLog[instance] - _teacherLog[row];
        for (int c = 0; c < classes; c++)
            divergence += _teacher[(row * classes) + c] * (_batch.TeacherLogits[(row * classes) + c] - _batch.StudentLogits[(instance * classes) + c]) * inverse;
        into[0] = Math.Clamp(_temperature * _temperature * divergence, 0, PolicyFeatures.LargestLoss);
        if (_embeddings)
            into[1] = _batch.Cosines[(instance * teachers) + teacher];
    }
}
