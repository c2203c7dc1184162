using KdCluster.Learning.Tasks;
using KdCluster.Learning.Text;

namespace KdCluster.Learning.Models.Families;

/// <summary>Token types tell the texts of a pair apart: a tokenizer makes them, and a model has a row for each.</summary>
internal static class TokenTypes
{
    /// <summary>How many an encoder makes; 1: all tokens are of one.</summary>
    public static int Of(InputEncoder encoder) => encoder is HuggingFaceTokenizer tokenizer ? tokenizer.LargestType + 1 : 1;

    /// <summary>The shape of a model whose weights are drawn, with a row for each type that the encoder makes: RoBERTa has one where nothing is said.</summary>
    public static ModelShape Fitting(ModelShape shape, InputEncoder encoder) => FamilySettings.Has(shape, out FamilySettings? family) && family.Types > 0 && family.Types < Of(encoder)
        ? shape with { Family = family with { Types = Of(encoder) } }
        : shape;
}
