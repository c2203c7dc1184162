using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Models;
using KdCluster.Cli.Silos;
using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Data.Readers;
using KdCluster.Learning.Models;
using KdCluster.Learning.Text;
using KdCluster.Learning.Training;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd student predict</c>.</summary>
internal static class StudentPredictCommand
{
    private const int LinesAtOnce = 1024;
    private const string StandardInput = "standard input";
    private static readonly Option Text = new("text", "TEXT", "A text to classify, score or continue") { Repeats = true };
    private static readonly Option Pair = new("pair", "TEXT", "Its second text, for a model of pairs");
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly Command Definition = new()
    {
        Path = "student predict",
        Summary = "Classify, score or continue texts with a checkpoint: one JSON line each, with label and probabilities, the score, or the longer text. Needs no silo.",
        Arguments = [StudentArguments.Checkpoint, new Argument("FILE", "One text per line; a tab separates the texts of a pair; gzip is decompressed. Default: standard input", required: false)],
        Options = [Text, Pair, .. TextContinuation.Options, CommonOptions.Device],
        Example = "kd student predict .kd/models/docs-text-cnn --text File\necho \"Opens a file for reading.\" | kd student predict .kd/models/docs-text-cnn",
        Run = RunAsync,
    };

    private static Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        if (invocation.Has(Pair) && invocation.Values(Text).Count != 1)
            throw new KdException("KD1704", "a second text needs exactly one first text.", "--pair", "Give one --text with it.");
        if (invocation.Has(Text) && invocation.Argument(1) is not null)
            throw new KdException("KD1704", "texts are given twice.", "--text", "Give --text or FILE.");
        Checkpoint checkpoint = Checkpoint.Load(invocation.Context.At(invocation.Required(0)), SiloStarter.PrepareDevice(invocation));
        using Model model = checkpoint.Model;
        Tokenizer tokenizer = checkpoint.Encoder as Tokenizer
            ?? throw new KdException("KD1704", "the checkpoint takes images, and this command takes texts.", invocation.Required(0), "Score it on images by kd student evaluate.");
        if (checkpoint.Labels.IsNextToken)
        {
            Continue(invocation, checkpoint, stop);
            return Task.FromResult(ExitCode.Ok);
        }

        TextContinuation.Refuse(invocation);
        if (invocation.Has(Text))
        {
            Write(invocation, checkpoint, [.. invocation.Values(Text).Select(t => (t, invocation.Value(Pair)))], stop);
            return Task.FromResult(ExitCode.Ok);
        }

        int cut = 0, count = 0;
        foreach (string[] lines in Lines(invocation).Chunk(LinesAtOnce))
        {
            (string Text, string? Pair)[] texts = [.. lines.Select(l => l.Split('\t', 2)).Select(parts => (parts[0], parts.Length > 1 ? parts[1] : null))];
            Write(invocation, checkpoint, texts, stop);
            count += texts.Length;
            cut += texts.Count(t => tokenizer.IsCut(t.Text, t.Pair));
        }

        if (cut > 0)
            invocation.Terminal.Note($"{cut} of {count} texts are longer than the model's {tokenizer.MaxLength} tokens: their ends were not read.");
        return Task.FromResult(ExitCode.Ok);
    }

    private static void Continue(Invocation invocation, Checkpoint checkpoint, CancellationToken stop)
    {
        if (invocation.Has(Pair))
            throw new KdException("KD1704", "a language model continues one text.", "--pair", "Leave it out, or put both into --text.");
        var continuation = new TextContinuation(invocation, checkpoint);
        string? file = invocation.Argument(1) is "-" ? null : invocation.Argument(1);
        IEnumerable<(string Text, string Where)> texts = invocation.Has(Text) ? invocation.Values(Text).Select(t => (t, "--text"))
            : Lines(invocation).Select((line, i) => (line, FormattableString.Invariant($"{file ?? StandardInput}:{i + 1}")));
        // Standard input may never end: it is answered line by line.
        bool whole = file is not null || invocation.Has(Text);
        foreach (int[] begin in whole ? continuation.Begin(texts) : texts.Select(t => continuation.Begin(t.Text, t.Where)))
            invocation.Terminal.Write(Line(json => continuation.Write(json, begin, stop)));
    }

    private static IEnumerable<string> Lines(Invocation invocation) => invocation.Argument(1) is { } file and not "-" ? FileLines(invocation.Context.At(file)) : InputLines(invocation.Context.Input);

    private static IEnumerable<string> FileLines(string file)
    {
        using FileStream stream = DataFile.Open(file);
        // A lone carriage return ends a line too, as it does on standard input.
        foreach (string line in new LineSource(stream, file).Lines().SelectMany(l => l.Text.Split('\r')))
            yield return line;
    }

    private static IEnumerable<string> InputLines(TextReader input)
    {
        for (int number = 1; ; number++)
        {
            string? line;
            try
            {
                line = input.ReadLine();
            }
            catch (DecoderFallbackException e)
            {
                throw new KdException("KD1102", "the text is not UTF-8.", FormattableString.Invariant($"{StandardInput}:{number}"), "Give UTF-8. A gzipped file is decompressed when its name is given.", e);
            }

            if (line is null)
                yield break;
            yield return line;
        }
    }

    private static void Write(Invocation invocation, Checkpoint checkpoint, IReadOnlyList<(string Text, string? Pair)> texts, CancellationToken stop)
    {
        if (texts.Count == 0)
            return;
        InstanceView[] views = [.. texts.Select(t => ((Tokenizer)checkpoint.Encoder).Encode(t.Text, t.Pair))];
        IEnumerable<string> lines = checkpoint.Labels.IsScore
            ? Evaluator.Score(checkpoint.Model, views, cancellationToken: stop).Select(Line)
            : Evaluator.Predict(checkpoint.Model, views, cancellationToken: stop).Select(p => Line(p, checkpoint.Labels.Names));
        foreach (string line in lines)
            invocation.Terminal.Write(line);
    }

    private static string Line(Prediction prediction, IReadOnlyList<string> labels) => Line(json =>
    {
        json.WriteString("label", labels[prediction.Label]);
        json.WriteStartObject("probabilities");
        for (int c = 0; c < labels.Count; c++)
            json.WriteNumber(labels[c], Math.Round((decimal)prediction.Probabilities[c], 6));
        json.WriteEndObject();
    });

    private static string Line(float score) => Line(json => json.WriteNumber("score", score));

    private static string Line(Action<Utf8JsonWriter> fields)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Json))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
