using System.Globalization;
using System.Text.Json;
using KdCluster.Cli.CommandLine;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Generation;
using KdCluster.Learning.Text;

namespace KdCluster.Cli.Models;

/// <summary>Continues texts by a language model, as the command line says.</summary>
internal sealed class TextContinuation
{
    private static readonly Option Tokens = new("tokens", "COUNT", "Of a language model: tokens to add. Default: 64");
    private static readonly Option Temperature = new("temperature", "T", "Of a language model: what the logits are divided by before a token is drawn; 0 takes the likeliest. Default: 0");
    private static readonly Option TopK = new("top-k", "K", "With --temperature: draw from the K likeliest tokens. Default: all");
    private static readonly Option TopP = new("top-p", "P", "With --temperature: draw from the likeliest tokens that have the probability P together. Default: 1");
    private static readonly Option Seed = new("seed", "NUMBER", "With --temperature: decides the draws. Default: 1");

    private readonly Checkpoint _checkpoint;
    private readonly HuggingFaceTokenizer _tokenizer;
    private readonly TokenSampler _sampler;
    private readonly int _tokens;

    /// <exception cref="KdException"><c>KD1704</c>: an option is no number that it may be, or has no meaning.</exception>
    public TextContinuation(Invocation invocation, Checkpoint checkpoint)
    {
        _checkpoint = checkpoint;
        _tokenizer = checkpoint.Encoder as HuggingFaceTokenizer ?? throw new KdException("KD1704", "its tokenizer leaves out what stands between words.", invocation.Required(0), "Use a language model with a tokenizer of its kind.");
        double temperature = Number(invocation, Temperature, 0, t => t is >= 0 and <= 1000, "0 to 1000");
        if (temperature == 0 && Array.Find([TopK, TopP, Seed], invocation.Has) is { } idle)
            throw new KdException("KD1704", "the likeliest token is taken each time: nothing is drawn.", idle.Name, "Give a --temperature above 0, or leave it out.");
        _sampler = new TokenSampler
        {
            Temperature = temperature,
            TopK = invocation.Number(TopK, 1) ?? 0,
            TopP = Number(invocation, TopP, 1, p => p is > 0 and <= 1, "above 0, at most 1"),
            Seed = invocation.Number(Seed, 0) ?? 1,
        };
        _tokens = invocation.Number(Tokens, 1) ?? 64;
    }

    /// <summary>What a command takes for it.</summary>
    public static IReadOnlyList<Option> Options { get; } = [Tokens, Temperature, TopK, TopP, Seed];

    /// <summary>Refuses its options where a model is none of language.</summary>
    /// <exception cref="KdException"><c>KD1704</c>.</exception>
    public static void Refuse(Invocation invocation)
    {
        if (Options.FirstOrDefault(invocation.Has) is { } given)
            throw new KdException("KD1704", "the checkpoint is no language model, and continues nothing.", given.Name, "Leave it out.");
    }

    /// <summary>Writes the text with what follows, and how many tokens were added.</summary>
    /// <exception cref="KdException"><c>KD1704</c>: the text has no token, or leaves no room for one.</exception>
    public void Write(Utf8JsonWriter json, string text, CancellationToken stop)
    {
        int[] begin = _tokenizer.EncodeBeginning(text);
        int most = _checkpoint.Model.Shape.MaxLength;
        if (begin.Length == 0 || begin.Length >= most)
            throw new KdException("KD1704", $"the text has {begin.Length} tokens, and the model takes 1 to {most - 1} and continues them up to {most}.", "--text", "Give a text of that length.");
        int[] ids = TextGenerator.Continue(_checkpoint.Model, begin, _tokens, _sampler, stop);
        json.WriteString("text", _tokenizer.Decode(ids));
        json.WriteNumber("tokens", ids.Length - begin.Length);
    }

    private static double Number(Invocation invocation, Option option, double usual, Func<double, bool> fits, string form)
    {
        if (invocation.Value(option) is not { } written)
            return usual;
        return double.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && fits(number) ? number
            : throw new KdException("KD1704", $"'{written}' is no number that it may be.", option.Name, $"Give a number: {form}.");
    }
}
