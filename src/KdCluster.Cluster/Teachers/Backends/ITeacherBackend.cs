using KdCluster.Instances;
using KdCluster.Learning.Data;
using KdCluster.Learning.Tasks;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>What computes a teacher's answers on a device. To add one: a class here, and a line in <see cref="TeacherBackends"/>.</summary>
/// <remarks>Used by the lanes of its device alone, by several at once. In batches of one shape a row's answer is the same bits wherever it stands.</remarks>
internal interface ITeacherBackend : IDisposable
{
    /// <summary>What it is, for people: the architecture, or the format.</summary>
    string Kind { get; }

    /// <summary>Number of weights.</summary>
    long Parameters { get; }

    /// <summary>What they take, in bytes.</summary>
    long Bytes { get; }

    /// <summary>The classes, or the score.</summary>
    LabelSpace Labels { get; }

    /// <summary>Makes its inputs.</summary>
    InputEncoder Encoder { get; }

    /// <summary>What it can say of an instance, by name.</summary>
    IReadOnlyList<(string Name, OutputShape Shape)> Outputs { get; }

    /// <summary>Of each of <see cref="Outputs"/> the hash of all that decides it: 64 hexadecimal digits.</summary>
    IReadOnlyList<string> Fingerprints { get; }

    /// <summary>What it is computed in; part of <see cref="Fingerprints"/>.</summary>
    Precision Precision => Precision.F32;

    /// <summary>Why, for people; empty where nothing was decided.</summary>
    string PrecisionReason => "";

    /// <summary>What was measured when it was trained, by names such as <c>validation.accuracy</c>.</summary>
    IReadOnlyDictionary<string, double> Figures { get; }

    /// <summary>The size that an instance is padded to; depends on its own length alone.</summary>
    int PaddedLength(int length);

    /// <summary>Computes outputs of a batch.</summary>
    /// <param name="rows">At most <paramref name="padRows"/>.</param>
    /// <param name="padTo">Of <see cref="PaddedLength"/>.</param>
    /// <param name="padRows">Rows of the batch; those beyond <paramref name="rows"/> are padding.</param>
    /// <param name="wanted">Names of <see cref="Outputs"/>.</param>
    /// <returns>Each wanted output, [padRows, …] at the padded length, row-major.</returns>
    Dictionary<string, float[]> Forward(IReadOnlyList<InstanceView> rows, int padTo, int padRows, IReadOnlyCollection<string> wanted);
}
