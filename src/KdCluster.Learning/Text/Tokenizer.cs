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

    /// <summary>Number of tokens of the vocabulary itself: tokens that were added to it have ids from here on, and a model may have no embedding of them.</summary>
    public virtual int BaseVocabulary => Vocabulary;

    /// <summary>Id of padding; <see cref="Vocabulary"/>, an id that no text has, where the vocabulary has none.</summary>
    public abstract int Padding { get; }

    /// <summary>Id that stands for a token that is hidden from a student, the mask's or the unknown word's; null: there is none.</summary>
    public abstract int? Hidden { get; }

    /// <summary>Token ids, and token types where a text has some.</summary>
    public override IReadOnlyList<TensorLayout> Layouts { get; } = [TensorLayout.Ids];

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

    /// <summary>Reads a <c>tokenizer.json</c>, of ours or of another make, that states its maximum length.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="where">How messages name it.</param>
    /// <exception cref="KdException"><c>KD1207</c>: it is something else, or means something that cannot be done.</exception>
    public static new Tokenizer FromBytes(byte[] bytes, string where) => FromBytes(bytes, where, null);

    /// <inheritdoc cref="FromBytes(byte[], string)"/>
    /// <param name="bytes">The file.</param>
    /// <param name="where">How messages name it.</param>
    /// <param name="positions">Most tokens that a model takes, special ones included; null: as many as the tokenizer gives.</param>
    public static Tokenizer FromBytes(byte[] bytes, string where, int? positions) => FromBytes(bytes, TokenizerConfig.None, positions, where);

    /// <summary>Reads a tokenizer's file with the <c>tokenizer_config.json</c> beside it, where there is one.</summary>
    /// <param name="path">A <c>tokenizer.json</c>, or a <c>vocab.txt</c> of BERT's.</param>
    /// <param name="positions">Most tokens that a model takes, special ones included; null: as many as the tokenizer gives.</param>
    /// <exception cref="KdException"><c>KD1207</c>: it is something else, or means something that cannot be done.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Tokenizer FromFile(string path, int? positions = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        byte[] bytes = File.ReadAllBytes(path);
        string beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, TokenizerConfig.File);
        TokenizerConfig config = File.Exists(beside) ? TokenizerConfig.Read(File.ReadAllBytes(beside), beside) : TokenizerConfig.None;
        return FromBytes(Path.GetExtension(path) == ".txt" ? WordPieceVocabulary.ToJson(bytes, config, path) : bytes, config, positions, path);
    }

    /// <summary>Reads the tokenizer of a folder in the Hugging Face layout: its <c>tokenizer.json</c>, or else its <c>vocab.txt</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="positions">Most tokens that its model takes, special ones included; null: as many as the tokenizer gives.</param>
    /// <exception cref="KdException"><c>KD1202</c>: it has neither; <c>KD1207</c>: the tokenizer is none that can be used.</exception>
    public static Tokenizer FromFolder(string folder, int? positions = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string[] files = [Path.Combine(folder, "tokenizer.json"), Path.Combine(folder, WordPieceVocabulary.File)];
        return FromFile(Array.Find(files, File.Exists) ?? throw new KdException(
            "KD1202", Directory.Exists(folder) ? "there is neither a tokenizer.json nor a vocab.txt." : "there is no such checkpoint.", files[0], "Of other forms, such as vocab.json with merges.txt, transformers makes a tokenizer.json: load the tokenizer there and save it."), positions);
    }

    /// <inheritdoc/>
    public override ModelShape ShapeOf(ModelSpec spec, int classes)
    {
        ArgumentNullException.ThrowIfNull(spec);
        // A decoder says tokens of the vocabulary alone.
        return DecoderSettings.Kinds.Contains(spec.Kind) ? new(spec, Vocabulary, classes, MaxLength) : new(spec, Math.Max(Vocabulary, Padding + 1), classes, MaxLength) { Padding = Padding };
    }

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

    private static Tokenizer FromBytes(byte[] bytes, TokenizerConfig config, int? positions, string where)
    {
        if (WordTokenizer.IsOne(bytes))
            return WordTokenizer.FromBytes(bytes, where);
        int? stated = config.MaxLength ?? TokenizerFile.LengthOf(bytes) ?? positions;
        TokenizerFile file = TokenizerFile.Read(bytes, stated is { } length && positions is { } most ? Math.Min(length, most) : stated, config.Tokens.GetValueOrDefault("pad_token"), where);
        config.Hold(file, where);
        return HuggingFaceTokenizer.Of(file, where);
    }
}
