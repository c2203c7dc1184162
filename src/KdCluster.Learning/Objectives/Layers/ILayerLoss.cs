using KdCluster.Learning.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Objectives;

/// <summary>A loss on what layers say, or on the embedding. To add one: a file in <c>Layers/</c>, a line in <see cref="TermRegistry"/> and one in <see cref="Recipes.RecipeTableLosses"/>.</summary>
internal interface ILayerLoss
{
    /// <summary>Layers that are compared at least.</summary>
    int FewestLayers => 1;

    /// <summary>What must be equal in width.</summary>
    LayerWidths Widths => LayerWidths.Any;

    /// <summary>Whether the maps of all layers that are compared must have one height and width.</summary>
    bool SamePlaces => false;

    /// <summary>Numbers that it remembers of each training row, for each teacher.</summary>
    int Remembers => 0;

    /// <summary>Numbers that it gathers from what it remembers for each instance of a batch, for either side.</summary>
    long Gathers => 0;

    /// <summary>
    /// Networks of its own for one teacher; null: it has none. Parameters are trained with the student, buffers are memory; a checkpoint holds both, and the exported student neither. What it draws comes from the global
    /// generator, which is seeded.
    /// </summary>
    Module? Adapter(AdapterSetup setup) => null;

    /// <summary>The loss of each instance against one teacher, with gradient by the student: [batch].</summary>
    Tensor Evaluate(LayerInput input);
}

/// <summary>What a loss on layers wants of their widths; a projection brings the student's to the teacher's before.</summary>
internal enum LayerWidths
{
    /// <summary>Nothing: it compares relations.</summary>
    Any,

    /// <summary>All layers of the student have one width, and all of the teacher's.</summary>
    OneEach,

    /// <summary>The width of each of the student's layers is that of the teacher's layer that it is compared with.</summary>
    Same,
}

/// <summary>What a loss on layers sees: the layers that are compared, in pairs.</summary>
/// <param name="Student">Of states [batch, length, width], of feature maps the pixels as tokens [batch, height × width, channels], of attention [batch, heads, length, length], of embeddings [batch, width]; with gradient. At padding without meaning, but finite.</param>
/// <param name="Teacher">The same of one teacher; 0 at padding.</param>
/// <param name="Real">1 where a token is, 0 where padding is: [batch, length]. Every pixel is a token.</param>
internal readonly record struct LayerInput(IReadOnlyList<Tensor> Student, IReadOnlyList<Tensor> Teacher, Tensor Real)
{
    /// <summary>Number of the teacher.</summary>
    public int Number { get; init; }

    /// <summary>What <see cref="ILayerLoss.Adapter"/> made for this teacher.</summary>
    public Module? Adapter { get; init; }

    /// <summary>The numbers of the training rows: [batch].</summary>
    public IReadOnlyList<int>? Rows { get; init; }

    /// <summary>Which step it is.</summary>
    public Schedules.StepPosition At { get; init; }

    /// <summary>Decides what the loss draws, together with the step.</summary>
    public long Seed { get; init; }

    /// <summary>Tokens of each instance, at least 1: [batch].</summary>
    public Tensor Tokens => Real.sum(1).AtLeast(1);

    /// <summary>The mean over the pairs of layers.</summary>
    /// <param name="loss">Of one pair: [batch].</param>
    public Tensor Mean(Func<Tensor, Tensor, Tensor> loss)
    {
        Tensor[] all = [.. Student.Zip(Teacher, loss)];
        return all.Length == 1 ? all[0] : stack(all).mean([0L]);
    }

    /// <summary>The mean over the tokens of each instance, or over its pixels.</summary>
    /// <param name="each">[batch, length].</param>
    public Tensor OverTokens(Tensor each)
    {
        Tensor real = Real.expand_as(each);
        return each.mul(real).sum(1).div(real.sum(1).AtLeast(1));
    }
}
