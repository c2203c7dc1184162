using KdCluster.Learning.Torch;
using KdCluster.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models;

/// <summary>
/// Models whose products are computed in bfloat16. Weights of linear maps, convolutions and embeddings are converted once and take half the memory; what is multiplied with them is rounded when it comes in. Residual sums and normalisations stay in single precision; the shares of attention are summed in it
/// and rounded then. Batches of a model that was not converted have the bits that they had.
/// </summary>
public static class ReducedPrecision
{
    private static readonly string[] s_gain = ["bert", "distilbert", "roberta", "transformer"];

    /// <summary>Why a model cannot be computed in bfloat16, as the end of a sentence; null: it can.</summary>
    public static string? Obstacle(ModelSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return RecipeTableModel.ReducedKinds.Contains(spec.Kind) ? null
            : spec.Kind == "bilstm" ? "the recurrent layers of a bilstm are computed in single precision"
            : $"no {spec.Kind} is computed in bfloat16 yet";
    }

    /// <summary>Why a model that can be computed in bfloat16 gains little or no time by it; null: it gains.</summary>
    public static string? Futility(ModelSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return s_gain.Contains(spec.Kind) ? null : $"a {spec.Kind} gains little time by bf16, or none";
    }

    /// <summary>Converts a model in place; it gives answers only from then on.</summary>
    /// <param name="model">Of a kind without <see cref="Obstacle"/>, in evaluation mode.</param>
    public static void Convert(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        foreach (Module module in model.modules())
        {
            switch (module)
            {
                case Linear linear:
                    linear.to(ScalarType.BFloat16);
                    linear.register_forward_pre_hook((_, states) => states.As(ScalarType.BFloat16));
                    break;
                case Embedding embedding:
                    embedding.to(ScalarType.BFloat16);
                    embedding.register_forward_hook((_, _, states) => states.to(ScalarType.Float32));
                    break;
                case TorchSharp.Modules.Conv1d or TorchSharp.Modules.Conv2d:
                    module.to(ScalarType.BFloat16);   // Convolution rounds what comes in
                    break;
            }
        }
    }
}
