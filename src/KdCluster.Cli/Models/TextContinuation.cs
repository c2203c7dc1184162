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

    /// <exception cref="KdException"><c>KD1704</c>: an option is no number that it may be, or has no meaning; <c>KD1207</c>: the tokenizer's pieces do not say which text they stand for.</exception>
    public TextContinuation(Invocation invocation, Checkpoint checkpoint)
    {
        _checkpoint = checkpoint;
        _tokenizer = checkpoint.Encoder as HuggingFaceTokenizer ?? throw new KdException("KD1704", "its tokenizer leaves out what stands between words.", invocation.Required(0), "Use a language model with a tokenizer of its kind.");
        _tokenizer.Decode([]);
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

    /// <summary>The tokens that each text begins with; every text that cannot be continued is told at once.</summary>
    /// <param name="texts">Each with where it stands: an option, or a line of a file.</param>
    /// <exception cref="KdException"><c>KD1704</c>: a text has no token, or leaves no room for one; <c>KD1219</c>: it cannot be encoded.</exception>
    public IReadOnlyList<int[]> Begin(IEnumerable<(string Text, string Where)> texts)
    {
        List<KdError> errors = [];
        List<int[]> begun = [];
        foreach ((string text, string where) in texts)
        {
            try
            {
                begun.Add(Begin(text, where));
            }
            catch (KdException e)
            {
                errors.AddRange(e.Errors);
            }
        }

        return errors.Count == 0 ? begun : throw new KdException(errors);
    }

    /// <summary>The tokens that a text begins with.</summary>
    /// <exception cref="KdException"><c>KD1704</c>: the text has no token, or leaves no room for one; <c>KD1219</c>: it cannot be encoded.</exception>
    public int[] Begin(string text, string where)
    {
        int[] begin;
        try
        {
            begin = _tokenizer.EncodeBeginning(text);
        }
        catch (KdException e)
        {
            throw new KdException([.. e.Errors.Select(x => x with { Where = $"{where}, {x.Where}" })]);
        }

        int most = _checkpoint.Model.Shape.MaxLength;
        return begin.Length > 0 && begin.Length < most ? begin
            : throw new KdException("KD1704", $"the text has {begin.Length} tokens, and the model takes 1 to {most - 1} and continues them up to {most}.", where, "Give a text of that length.");
    }

    /// <summary>Writes the text with what follows, and how many tokens were added.</summary>
    /// <param name="json">Takes it.</param>
    /// <param name="begin">The text's tokens, as <see cref="Begin(string, string)"/> gives them.</param>
    /// <param name="stop">Stops between tokens.</param>
    public void Write(Utf8JsonWriter json, int[] begin, CancellationToken stop)
    {
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
