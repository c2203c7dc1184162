using System.Collections.Concurrent;
using System.Text;
using KdCluster.Instances;
using Tokenizers.DotNet;

namespace KdCluster.Learning.Text;

/// <summary>A tokenizer of another make: WordPiece, byte-level BPE or Unigram, as a Hugging Face <c>tokenizer.json</c> states it.</summary>
public sealed class HuggingFaceTokenizer : Tokenizer
{
    // A run reads a teacher's file several times; the library takes a tenth of a second for each.
    private static readonly ConcurrentDictionary<string, WeakReference<HuggingFaceTokenizer>> Read = new(StringComparer.Ordinal);

    // The library's expressions give up, and with them the process, on runs of ten million characters.
    private const int LongestText = 1 << 22;

    private readonly TokenizerFile _file;
    private readonly NativeTokenizer _library;

    private HuggingFaceTokenizer(TokenizerFile file, string hash, string where)
    {
        (_file, Hash) = (file, hash);
        try
        {
            _library = new NativeTokenizer(file.ForLibrary());
        }
        catch (TokenizerException e)
        {
            throw TokenizerFile.Refuse(where, $"Hugging Face's library cannot read it: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public override int Vocabulary => _file.Vocabulary;

    /// <inheritdoc/>
    public override int BaseVocabulary => _file.BaseVocabulary;

    /// <inheritdoc/>
    public override int Padding => _file.Padding ?? Vocabulary;

    /// <inheritdoc/>
    public override int? Hidden => _file.Mask ?? _file.Unknown;

    /// <inheritdoc/>
    public override int MaxLength => _file.MaxLength;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorLayout> Layouts => _file.LargestType == 0 ? base.Layouts : [TensorLayout.Ids, TensorLayout.Types];

    /// <summary>The largest token type that it makes; 0: it makes none.</summary>
    internal int LargestType => _file.LargestType;

    /// <summary>SHA-256 over the file as <see cref="ToBytes"/> writes it: 64 hexadecimal digits.</summary>
    public override string Hash { get; }

    /// <inheritdoc/>
    /// <remarks>With the configuration that transformers wants beside it.</remarks>
    public override IReadOnlyList<(string Name, byte[] Bytes)> Files => [(FileName, ToBytes()), (TokenizerConfig.File, TokenizerConfig.Write(_file))];

    /// <inheritdoc/>
    public override byte[] ToBytes() => _file.ToBytes();

    /// <inheritdoc/>
    /// <exception cref="KdException"><c>KD1219</c>: the vocabulary has no token for a part of the text; or the text is longer than four million characters, or would be longer than 64 MiB when it is normalised.</exception>
    public override InstanceView Encode(string text, string? pair = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        TokenTemplate template = pair is null ? _file.Single : _file.Pair;
        return template.View(Tokens(text), pair is null ? null : Tokens(pair), MaxLength);
    }

    /// <summary>Ids of a whole text, however long, with the special tokens around it.</summary>
    /// <exception cref="KdException"><c>KD1219</c>: as of <see cref="Encode"/>.</exception>
    public int[] EncodeWhole(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _file.Single.View(Tokens(text), null, int.MaxValue).Ids;
    }

    /// <summary>Ids of a text that is to be continued: the special tokens after it are left out.</summary>
    /// <exception cref="KdException"><c>KD1219</c>: as of <see cref="Encode"/>.</exception>
    public int[] EncodeBeginning(string text) => EncodeWhole(text)[..^_file.Single.Parts.Reverse().TakeWhile(p => p.Text is null).Sum(p => p.Ids.Length)];

    /// <summary>The text of ids, without special tokens; what is no UTF-8 is U+FFFD.</summary>
    /// <exception cref="KdException"><c>KD1207</c>: the tokenizer's pieces do not say which text they stand for.</exception>
    public string Decode(IReadOnlyList<int> ids) => (_file.Text ?? throw new KdException("KD1207", "its pieces do not say which text they stand for: they are neither byte-level nor with ▁ for spaces.", "the tokenizer", "Use a tokenizer of GPT-2's or Llama's kind.")).Of(ids, first: true);

    /// <inheritdoc/>
    public override bool IsCut(string text, string? pair = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return (pair is null ? Tokens(text).Length + _file.Single.Specials : Tokens(text).Length + Tokens(pair).Length + _file.Pair.Specials) > MaxLength;
    }

    /// <inheritdoc/>
    public override bool IsWord(int id) => !_file.Marks.Contains(id);

    /// <param name="file">What it is.</param>
    /// <param name="where">How messages name it.</param>
    /// <exception cref="KdException"><c>KD1207</c>: the library cannot read it.</exception>
    internal static HuggingFaceTokenizer Of(TokenizerFile file, string where)
    {
        using ContentHash content = new();
        content.Add("kdcluster-tokenizer-1"u8);
        content.Add(file.ToBytes());
        string hash = content.End();
        if (Read.TryGetValue(hash, out var known) && known.TryGetTarget(out HuggingFaceTokenizer? read))
            return read;
        foreach (string gone in Read.Where(r => !r.Value.TryGetTarget(out _)).Select(r => r.Key))
            Read.TryRemove(gone, out _);
        HuggingFaceTokenizer made = new(file, hash, where);
        Read[hash] = new WeakReference<HuggingFaceTokenizer>(made);
        return made;
    }

    private protected override string? TypesFault(InstanceView view) => view.Types is { } types && Array.FindIndex(types, t => t > _file.LargestType) is >= 0 and int at
        ? $"token type {types[at]}, {_file.LargestType} is the largest"
        : null;

    private int[] Tokens(string text)
    {
        if (text.Length > LongestText)
            throw new KdException("KD1219", $"it has {text.Length} characters, and {LongestText} is the most.", Shown(text), "Cut it: a model reads its beginning alone.");
        if (text.Length * 3L * _file.Growth > TokenizerGrowth.MostBytes && Encoding.UTF8.GetByteCount(text) * _file.Growth > TokenizerGrowth.MostBytes)
            throw new KdException("KD1219", $"its tokenizer may make it {_file.Growth:0} times as long as it is, and {TokenizerGrowth.MostBytes} bytes are the most.", Shown(text), "Cut it: a model reads its beginning alone.");
        try
        {
            return _library.Encode(text);
        }
        catch (TokenizerException e)
        {
            throw new KdException("KD1219", $"the tokenizer cannot encode a text: {e.Message}.", Shown(text), "It needs a token for what it does not know.", e);
        }
    }

    private static string Shown(string text) => text.Length > 60 ? text[..60] + "..." : text;
}
