using System.Text;
using KdCluster.Learning.Data;
using KdCluster.Learning.Data.Readers;
using KdCluster.Recipes;

namespace KdCluster.Learning.Tasks.LanguageModelling;

/// <summary>Reads documents: the rows of a file of the other text tasks' formats, whose labels are not looked at, or a whole file of text.</summary>
internal static class DocumentLoader
{
    private const string PlainText = "text";

    // A tokenizer takes four million characters at once.
    private const int LongestDocument = 1_000_000;

    private const int MostCharacters = 1 << 29;

    private const double LearnedShare = 0.9;

    /// <summary>Loads all splits; every mistake in every file is reported at once.</summary>
    /// <param name="spec">What to load.</param>
    /// <param name="baseFolder">What relative paths are relative to: the recipe's folder.</param>
    /// <exception cref="KdException">
    /// <c>KD1100</c> missing file, <c>KD1101</c> no rows or too little to hold out from, <c>KD1102</c> not UTF-8, damaged or too long, <c>KD1103</c> a column that is missing or cannot be told, <c>KD1104</c> too many bad rows, <c>KD1108</c> unknown format, or a built-in data set.
    /// </exception>
    public static LanguageData Load(DataSpec spec, string baseFolder)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(baseFolder);
        if (spec.BuiltIn is { } name)
            throw new KdException("KD1108", $"there is no built-in data set '{name}' of documents.", "data.builtIn", "Name files in data.train.");
        if (spec.Train is null)
            throw new KdException("KD1100", "no training file is named.", "data.train", "Name one.");
        var errors = new List<KdError>();
        var files = new List<LabelledFile>();
        TextSplit? train = Read(spec.Train, alone: spec.Validation is null), validation = Read(spec.Validation), test = Read(spec.Test);
        errors.AddRange(files.Select(f => f.TooManyBad(spec.MaxBadRows)).OfType<KdError>());
        if (train is not null && errors.Count == 0 && validation is null)
        {
            (train, validation) = train.Count > 1 ? LabelledFiles.HeldOut(train) : Divided(train.Rows[0].Text, train);
            if (train.Count == 0 || validation.Count == 0)
                errors.Add(new KdError("KD1101", "a text this short cannot be learned from and chosen with.", spec.Train, "Give more text, or name a file in data.validation."));
        }

        if (errors.Count > 0)
            throw new KdException(errors);
        return new LanguageData(train!, validation!, test, new BadRowReport([.. files.SelectMany(f => f.Bad)], files.Sum(f => f.BadCount)), spec.MaxLength)
        {
            Limit = spec.Limit,
            Warnings = [.. files.SelectMany(f => f.Notes.Warnings(f.Name, _ => false))],
        };

        TextSplit? Read(string? file, bool alone = false)
        {
            if (file is null)
                return null;
            try
            {
                if (RecipePaths.FormatOf(spec.Format, file) == PlainText)
                {
                    using FileStream stream = DataFile.Open(Path.Combine(baseFolder, file), "Paths are relative to the recipe.");
                    string text = Whole(stream, file);
                    // What is to be held out is taken off the whole, before it is divided.
                    return alone ? new TextSplit([Row(text)]) : Documents(text);
                }

                LabelledFile rows = LabelledFile.Read(spec, baseFolder, file, LabelKind.None);
                files.Add(rows);
                rows.Usable = rows.Rows.Count;
                if (rows.Rows.Count == 0 && rows.TooManyBad(spec.MaxBadRows) is null)
                    throw new KdException("KD1101", "no row of the file is usable.", file);
                return new TextSplit(rows.Rows.Labelled(Enumerable.Range(0, rows.Rows.Count).Select(r => (r, 0, 0f))), rows.BadCount);
            }
            catch (KdException e)
            {
                errors.AddRange(e.Errors);
                return null;
            }
        }
    }

    private static string Whole(Stream stream, string file)
    {
        var text = new StringBuilder();
        foreach (TextLine line in new LineSource(stream, file).Lines())
        {
            if (text.Length > MostCharacters)
                throw new KdException("KD1102", $"the text has more than {MostCharacters} characters.", file, "Give its parts as rows of a jsonl file.");
            text.Append(line.Text).Append(line.End);
        }

        return string.IsNullOrWhiteSpace(text.ToString()) ? throw new KdException("KD1101", "the file has no text.", file) : text.ToString();
    }

    // The last tenth, from the begin of a line on where there is one in the tenth before it.
    private static (TextSplit Learn, TextSplit HeldOut) Divided(string text, TextSplit split)
    {
        int at = Cut(text, (int)(text.Length * LearnedShare), Math.Min(text.Length, LongestDocument) / 10);
        return (Documents(text[..at], split.BadRows), Documents(text[at..]));
    }

    private static TextSplit Documents(string text, int badRows = 0)
    {
        var rows = new List<TextRow>();
        for (int begin = 0; begin < text.Length;)
        {
            int end = text.Length - begin <= LongestDocument ? text.Length : Cut(text, begin + LongestDocument, LongestDocument / 10);
            end = end <= begin ? begin + LongestDocument : end;
            rows.Add(Row(text[begin..end]));
            begin = end;
        }

        return new TextSplit(rows, badRows);
    }

    // After the last end of a line in the characters before a place; else at the place itself, but not inside a surrogate pair.
    private static int Cut(string text, int place, int characters)
    {
        int line = text.LastIndexOf('\n', Math.Max(place - 1, 0), Math.Min(place, characters));
        return line >= 0 ? line + 1 : place > 0 && place < text.Length && char.IsLowSurrogate(text[place]) ? place - 1 : place;
    }

    private static TextRow Row(string text) => new(text, null, 0);
}
