using KdCluster.Instances;
using KdCluster.Learning.Models;
using KdCluster.Learning.Tasks;
using KdCluster.Recipes;

namespace KdCluster.Learning.Text;

/// <summary>Makes views of texts and pairs of texts: token ids, and where its models tell the texts of a pair apart, token types.</summary>
/// <remarks>Immutable; safe to share between threads.</remarks>
public abstract class Tokenizer : InputEncoder
{
    /// <summary>Number of tokens, special ones included.</summary>
    public abstract int Vocabulary { get; }

    /// <summary>Id of padding; <see cref="Vocabulary"/>, an id that no text has, where the vocabulary has none.</summary>
    public abstract int Padding { get; }

    /// <summary>Id that stands for a token that is hidden from a student, the mask's or the unknown word's; null: there is none.</summary>
    public abstract int? Hidden { get; }

    /// <inheritdoc/>
    public override string FileName => "tokenizer.json";

    /// <summary>The view of a text or a pair.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pair">Second text; null for a single one.</param>
    /// <returns>At most <see cref="InputEncoder.MaxLength"/> tokens, special ones included; of a pair the longer text is cut first.</returns>
    public abstract InstanceView Encode(string text, string? pair = null);

    /// <summary>Whether <see cref="Encode"/> leaves out tokens of a text or a pair.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pair">Second text; null for a single one.</param>
    public abstract bool IsCut(string text, string? pair = null);

    /// <summary>Whether a token stands for a part of the text, known or not, and is no mark around it.</summary>
    public abstract bool IsWord(int id);

    /// <summary>Reads a <c>tokenizer.json</c>.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="where">How messages name it.</param>
    /// <exception cref="KdException"><c>KD1207</c>: it is something else.</exception>
    public static new Tokenizer FromBytes(byte[] bytes, string where) => WordTokenizer.FromBytes(bytes, where);

    /// <inheritdoc/>
    public override ModelShape ShapeOf(ModelSpec spec, int classes) => new(spec, Math.Max(Vocabulary, Padding + 1), classes, MaxLength) { Padding = Padding };

    /// <inheritdoc/>
    public override string? Fault(InstanceView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (!view.IsText)
            return $"{view.Tensors[0].Layout}, where {TensorLayout.Ids} is expected";
        if (view.Length == 0)
            return "no token";
        if (view.Length > MaxLength)
            return $"{view.Length} tokens, {MaxLength} is the most";
        int at = Array.FindIndex(view.Ids, id => (uint)id >= (uint)Vocabulary);
        return at < 0 ? TypesFault(view) : $"token id {view.Ids[at]} is not below {Vocabulary}";
    }

    /// <summary>What is wrong with the token types of a view of ids; null: nothing. A tokenizer that makes none accepts none.</summary>
    private protected virtual string? TypesFault(InstanceView view) => view.Types is null ? null : "token types, and the tokenizer makes none";
}
