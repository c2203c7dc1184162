using KdCluster.SoftTargets;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives;

/// <summary>What student and teachers say of a batch beyond the logits, as tensors at the student's padded length.</summary>
/// <param name="student">The student's outputs by name, with gradient.</param>
/// <param name="teachers">The teachers', row by row.</param>
/// <param name="real">1 where a token is, 0 where padding is: [batch, length].</param>
public sealed class LayerValues(IReadOnlyDictionary<string, Tensor> student, IReadOnlyList<OutputRows> teachers, Tensor real)
{
    private readonly Dictionary<(int, string), Tensor> _made = [];

    /// <summary>1 where a token is, 0 where padding is: [batch, length].</summary>
    public Tensor Real => real;

    /// <summary>An output of the student: [batch, …].</summary>
    public Tensor Student(string output) => student[output];

    /// <summary>An output of a teacher, 0 at padding: [batch, …].</summary>
    public Tensor Teacher(int teacher, string output)
    {
        if (!_made.TryGetValue((teacher, output), out Tensor? made))
            _made[(teacher, output)] = made = Make(teachers.First(t => t.Teacher == teacher && t.Output == output));
        return made;
    }

    private Tensor Make(OutputRows rows)
    {
        int length = (int)real.shape[1], size = (int)rows.Shape.Size(length);
        float[] padded = new float[rows.Rows.Length * size];
        for (int i = 0; i < rows.Rows.Length; i++)
            rows.Shape.Pad(rows.Rows[i].Span, rows.Lengths[i], length, padded.AsSpan(i * size, size));
        // Copied to where libtorch's own tensors begin: a product of matrices that begin elsewhere in memory may differ in its last bit, and so from run to run.
        return tensor(padded, [rows.Rows.Length, .. rows.Shape.At(length)], device: real.device).clone();
    }
}
