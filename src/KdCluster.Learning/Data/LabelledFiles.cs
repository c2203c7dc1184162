using KdCluster.Learning.Data.DotnetDocs;
using KdCluster.Recipes;

namespace KdCluster.Learning.Data;

/// <summary>The files of texts that a recipe names, before their labels are read.</summary>
internal static class LabelledFiles
{
    /// <summary>Reads all of them; what is wrong in one does not hide what is wrong in another.</summary>
    /// <param name="spec">Names them.</param>
    /// <param name="baseFolder">What relative paths are relative to.</param>
    /// <param name="labels">What their labels are.</param>
    /// <exception cref="KdException"><c>KD1100</c> to <c>KD1103</c>, <c>KD1108</c>: nothing can be read of some.</exception>
    public static FilesOfTexts Read(DataSpec spec, string baseFolder, LabelKind labels = LabelKind.Class)
    {
        if (spec.Train is null)
            throw new KdException("KD1100", "no training file is named.", "data.train", labels == LabelKind.Score ? "Name one." : $"Name one, or set data.builtIn to {DotnetDocsData.Name}.");
        var errors = new List<KdError>();
        LabelledFile? train = TryRead(spec.Train, labels), validation = TryRead(spec.Validation, labels), test = TryRead(spec.Test, labels), unlabelled = TryRead(spec.Unlabelled, LabelKind.None);
        return train is null || errors.Count > 0 ? throw new KdException(errors) : new FilesOfTexts(train, validation, test, unlabelled);

        LabelledFile? TryRead(string? name, LabelKind kind)
        {
            if (name is null)
                return null;
            try
            {
                return LabelledFile.Read(spec, baseFolder, name, kind);
            }
            catch (KdException e)
            {
                errors.AddRange(e.Errors);
                return null;
            }
        }
    }

    /// <summary>A tenth of the training rows to choose with, where no file of them is named.</summary>
    public static (TextSplit Learn, TextSplit HeldOut) HeldOut(TextSplit split)
    {
        bool[] heldOut = RowSelection.Tenth([.. split.Rows.Select(TextHash.Of)]);
        return (split.Take(Places(false)), split.Take(Places(true)) with { BadRows = 0 });

        IEnumerable<int> Places(bool wanted) => Enumerable.Range(0, heldOut.Length).Where(i => heldOut[i] == wanted);
    }

    /// <summary>The data with so many training rows.</summary>
    public static TextData Limit(TextData data, int limit)
    {
        TextSplit train = data.Train.Take(RowSelection.Smallest([.. data.Train.Rows.Select(TextHash.Of)], limit));
        return data with { Train = train, Overlap = SplitOverlap.Of(train, data.Validation, data.Test, data.Unlabelled) };
    }
}
