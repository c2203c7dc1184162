using KdCluster.Recipes;

namespace KdCluster.Bench;

/// <summary>The models that benches train and ask, from the cheapest to the dearest step.</summary>
internal static class BenchModels
{
    public static readonly (string Name, ModelSpec Spec) Bag = ("bag 64", new ModelSpec { Kind = "bag-of-embeddings", Embedding = 64, Hidden = 64 });
    public static readonly (string Name, ModelSpec Spec) TextCnn = ("text-cnn 128", new ModelSpec { Kind = "text-cnn", Embedding = 128, Hidden = 128 });
    public static readonly (string Name, ModelSpec Spec) Transformer =
        ("transformer 2x128", new ModelSpec { Kind = "transformer", Embedding = 128, Hidden = 512, Layers = 2, Heads = 4 });
    public static readonly (string Name, ModelSpec Spec) LargeTransformer =
        ("transformer 4x256", new ModelSpec { Kind = "transformer", Embedding = 256, Hidden = 1024, Layers = 4, Heads = 4 });

    public static readonly IReadOnlyList<(string Name, ModelSpec Spec)> Students = [Bag, TextCnn, Transformer];
}
