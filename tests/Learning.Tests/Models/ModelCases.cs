using KdCluster.Instances;
using KdCluster.Learning.Models;
using KdCluster.Recipes;
using static TorchSharp.torch;

namespace KdCluster.Tests.Models;

/// <summary>One small model of every kind, and random rows to give them.</summary>
internal static class ModelCases
{
    public const int Vocabulary = 500;
    public const int Classes = 3;
    public const int MaxLength = 48;

    public static TheoryData<string> Kinds => [.. ModelFactory.KindsOf(TaskNames.TextClassification)];

    public static ModelSpec Spec(string kind, double dropout = 0) => new()
    {
        Kind = kind,
        Embedding = 40,
        Hidden = 36,
        Layers = 2,
        Heads = 4,
        Filters = [2, 3, 5],
        Dropout = dropout,
    };

    public static Model Create(string kind, long seed = 7, double dropout = 0)
        => ModelFactory.Create(Spec(kind, dropout), Vocabulary, Classes, MaxLength, seed);

    /// <summary>A batch of them.</summary>
    public static Tensor Collate(Model model, int[][] rows, int length, int padRows = 0) => model.Collate(InstanceView.OfTokens(rows), length, padRows);

    /// <summary>Rows of 1 to <paramref name="longest"/> tokens.</summary>
    public static int[][] Rows(int count, int longest, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, random.Next(1, longest + 1)).Select(_ => random.Next(1, Vocabulary)).ToArray())];
    }
}
