using KdCluster.Instances;
using KdCluster.Learning.Models;
using KdCluster.Learning.Tasks.ImageClassification;
using KdCluster.Learning.Text;
using KdCluster.Recipes;

namespace KdCluster.Learning.Tasks;

/// <summary>Makes model-ready views of a task's rows: a tokenizer for texts, the form of the pixels for images. It is a file of the checkpoint, and a teacher serves it, so that whoever asks knows what to send.</summary>
/// <remarks>Immutable; safe to share between threads.</remarks>
public abstract class InputEncoder
{
    /// <summary>Names all that decides a view: 64 hexadecimal digits. A request made with another encoder is refused (<c>KD1304</c>).</summary>
    public abstract string Hash { get; }

    /// <summary>The tensors of its views.</summary>
    public abstract IReadOnlyList<TensorLayout> Layouts { get; }

    /// <summary>Longest view in tokens; 0 where views have no length.</summary>
    public abstract int MaxLength { get; }

    /// <summary>Its file in a checkpoint's folder, as Hugging Face names it.</summary>
    public abstract string FileName { get; }

    /// <summary>All files that a checkpoint's folder has of it.</summary>
    public virtual IReadOnlyList<(string Name, byte[] Bytes)> Files => [(FileName, ToBytes())];

    /// <summary>Its file's bytes; the same encoder gives the same.</summary>
    public abstract byte[] ToBytes();

    /// <summary>The shape of a model that takes its views.</summary>
    /// <param name="spec">Architecture and sizes.</param>
    /// <param name="classes">Number of classes; 1: a score.</param>
    public abstract ModelShape ShapeOf(ModelSpec spec, int classes);

    /// <summary>The encoder as the file of a model's checkpoint says it, where a model may have something of it of its own.</summary>
    public virtual InputEncoder For(ModelSpec spec) => this;

    /// <summary>What is wrong with a view for a model that takes this encoder's; null: nothing.</summary>
    public abstract string? Fault(InstanceView view);

    /// <summary>Reads a file that <see cref="ToBytes"/> wrote.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="where">How messages name it.</param>
    /// <exception cref="KdException"><c>KD1207</c>: it is something else.</exception>
    public static InputEncoder FromBytes(byte[] bytes, string where) => ImageEncoder.IsOne(bytes) ? ImageEncoder.FromBytes(bytes, where) : Tokenizer.FromBytes(bytes, where);
}
