using System.Globalization;
using System.Text;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Text;
using KdCluster.Recipes;

namespace KdCluster.Learning.Checkpoints;

/// <summary>The <c>README.md</c> of a checkpoint: what it is, what it learned from, how well it does, how it was made, where it ends.</summary>
internal static class ModelCard
{
    public static string Write(CheckpointConfig config, long parameters, InputEncoder encoder)
    {
        bool isImage = config.Shape.Image is not null, isScore = config.Labels.IsScore;
        bool isLanguage = config.Labels.IsNextToken;
        string task = isLanguage ? TaskNames.LanguageModelling : isImage ? TaskNames.ImageClassification : isScore ? TaskNames.TextRegression : TaskNames.TextClassification;
        CheckpointInfo info = config.Info;
        var card = new StringBuilder();
        void Line(FormattableString line) => card.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        Line($"---");
        Line($"library_name: {(config.Shape.Family is null && config.Shape.Decoder is null ? "kdcluster" : "transformers")}");
        Line($"pipeline_tag: {(isLanguage ? "text-generation" : task)}");
        Line($"tags:");
        Line($"- {task}");
        Line($"- knowledge-distillation");
        Line($"model_name: {Quoted(info.Name)}");
        Line($"---");
        Line($"");
        Line($"# {OneLine(info.Name)}");
        Line($"");
        if (isLanguage)
            Line($"A `{config.Shape.Spec.Kind}` causal language model with {parameters} parameters, {config.Shape.Vocabulary} tokens and texts of at most {config.Shape.MaxLength} of them.");
        else
            Line($"A `{config.Shape.Spec.Kind}` {(isImage ? "image" : "text")} {(isScore ? "regression" : "classifier")} with {parameters} parameters, {(isScore ? "one output, the score," : $"{config.Labels.Count} classes")} and {(config.Shape.Image is { } image ? $"images of {image.Height}×{image.Width} pixels in {image.Channels} channel(s)" : $"inputs of at most {config.Shape.MaxLength} tokens")}.");
        Line($"");
        Line(isLanguage ? (FormattableString)$"It says which token follows each token of a text. Perplexities are per token of its own tokenizer." : isScore ? (FormattableString)$"Its score is in the unit of the labels that it learned from: nothing is scaled." : $"Classes: {string.Join(", ", config.Labels.Names.Select(n => $"`{OneLine(n)}`"))}.");
        Line($"");
        Line($"## Data");
        Line($"");
        Line($"{(info.Data.Length > 0 ? info.Data : "Not stated.")}");
        Line($"");
        Line($"## Figures");
        Line($"");
        if (info.Metrics.Count == 0)
            Line($"None were taken.");
        else
            Table(Line, info.Metrics.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => (m.Key, double.IsFinite(m.Value) ? m.Value.ToString("0.######", CultureInfo.InvariantCulture) : "unknown")));
        Line($"");
        Line($"## How it was made");
        Line($"");
        Line($"{(info.Method.Length > 0 ? info.Method : "Not stated.")}");
        Line($"");
        (string, string)[] made = [("architecture", config.Architecture), (isImage ? "form of the pixels" : "tokenizer", encoder.Hash), ("label space", config.Labels.Hash), ("recipe", info.RecipeHash ?? "none"),
            .. info.Versions.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => (v.Key, v.Value))];
        Table(Line, made);
        Line($"");
        Line($"## Limits");
        Line($"");
        if (isLanguage)
            Line($"It was made to say what follows in texts like those named above, of at most {config.Shape.MaxLength} tokens. What it writes is likely, not true.");
        else
            Line($"It {(isImage ? "takes images of that size only" : $"{(encoder is WordTokenizer ? "knows the words of its training rows only, " : "")}cuts inputs after {config.Shape.MaxLength} tokens")}, {(isScore ? "may answer with numbers that no label had" : "always answers with one of its classes")}, and its figures hold for data like that named above.");
        return card.ToString();
    }

    private static void Table(Action<FormattableString> line, IEnumerable<(string Name, string Value)> rows)
    {
        line($"| what | value |");
        line($"| --- | --- |");
        foreach ((string name, string value) in rows)
            line($"| {OneLine(name).Replace("|", "\\|", StringComparison.Ordinal)} | {OneLine(value).Replace("|", "\\|", StringComparison.Ordinal)} |");
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private static string Quoted(string text) => $"\"{OneLine(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
