using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using KdCluster.Learning.Data;
using KdCluster.Learning.Data.Transforms;
using KdCluster.Learning.Text;
using KdCluster.Recipes;

namespace KdCluster.Learning.Tasks;

/// <summary>A labelled data set of some task, read and checked: what a run needs of it.</summary>
/// <param name="Labels">The classes, or the score of a regression.</param>
/// <param name="BadRows">What was skipped, and why.</param>
public abstract record TaskData(LabelSpace Labels, BadRowReport BadRows)
{
    // A check, the start and the run want the same one; a changed copy is other data.
    private static readonly ConditionalWeakTable<TaskData, ConcurrentDictionary<(int MaxLength, string? Tokenizer), DataProfile>> Profiles = [];

    /// <summary>What the reader guessed of the files, one sentence each; the profile adds what the rows show.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The declared changes that were made to the rows, in order; <see cref="Labels"/> is not touched by them.</summary>
    public IReadOnlyList<AppliedTransform> Transforms { get; init; } = [];

    /// <summary>Rows of a split; 0: there is no such split.</summary>
    public abstract int Count(DataSplit split);

    /// <summary>Whether each row is an instance; else an encoder makes several of one.</summary>
    public virtual bool RowsAreInstances => true;

    /// <summary>Training rows of each class; of a regression all rows, under its only label.</summary>
    public abstract IReadOnlyList<int> TrainRowsOfClasses();

    /// <summary>What makes a student's views.</summary>
    /// <param name="spec">The recipe's data.</param>
    /// <param name="teachers">The different encoders of its teachers.</param>
    public abstract InputEncoder StudentEncoder(DataSpec spec, IReadOnlyCollection<InputEncoder> teachers);

    /// <summary>Why a teacher's encoder cannot take these rows; null: it can.</summary>
    public abstract string? Misfit(InputEncoder encoder);

    /// <summary>The views of all rows of a split that there is.</summary>
    /// <param name="split">Which.</param>
    /// <param name="encoder">Makes them; of these rows.</param>
    public abstract EncodedSplit Encode(DataSplit split, InputEncoder encoder);

    /// <summary>The transfer set: the training rows, and after them the unlabelled ones. What a student with teachers learns from.</summary>
    /// <param name="encoder">Makes the views.</param>
    public EncodedSplit EncodeTransfer(InputEncoder encoder)
    {
        EncodedSplit train = Encode(DataSplit.Train, encoder);
        return Count(DataSplit.Unlabelled) == 0 ? train : train.Then(Encode(DataSplit.Unlabelled, encoder));
    }

    /// <summary>Rows of <see cref="EncodeTransfer"/>.</summary>
    public int TransferCount => Count(DataSplit.Train) + Count(DataSplit.Unlabelled);

    /// <summary>What it holds, split by split and, where there are classes, class by class, and what in it looks wrong.</summary>
    /// <param name="maxLength">Longest input in tokens, where inputs have a length.</param>
    public DataProfile Profile(int maxLength) => Profile(maxLength, null);

    /// <inheritdoc cref="Profile(int)"/>
    /// <param name="encoder">What reads the rows.</param>
    public DataProfile Profile(InputEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        // What a word-level tokenizer cuts hangs on its maximum length alone: the profile may be there before the tokenizer.
        return Profile(encoder.MaxLength, encoder is Tokenizer tokenizer and not WordTokenizer ? tokenizer : null);
    }

    /// <summary>Looks through all rows for <see cref="Profile(int)"/>, which keeps what comes of it.</summary>
    /// <param name="maxLength">Longest input in tokens.</param>
    /// <param name="tokenizer">What tells which texts are cut; null: a word-level tokenizer, or rows without texts.</param>
    protected abstract DataProfile MakeProfile(int maxLength, Tokenizer? tokenizer);

    private DataProfile Profile(int maxLength, Tokenizer? tokenizer) => Profiles.GetOrCreateValue(this).GetOrAdd((maxLength, tokenizer?.Hash), key => MakeProfile(key.MaxLength, tokenizer));

    /// <summary>A row for people: its text, the second text of a pair, and its class or score.</summary>
    public abstract (string Text, string? Pair, string Label) Describe(DataSplit split, int row);

    /// <summary>A row of <see cref="EncodeTransfer"/> for people; its label is empty where it has none.</summary>
    public (string Text, string? Pair, string Label) DescribeTransfer(int row)
    {
        int labelled = Count(DataSplit.Train);
        return row < labelled ? Describe(DataSplit.Train, row) : Describe(DataSplit.Unlabelled, row - labelled);
    }

    /// <summary>Writes the rows of a split with the names of their classes or their scores, so that no two different splits give the same bytes.</summary>
    public abstract void WriteRows(DataSplit split, BinaryWriter writer);
}
