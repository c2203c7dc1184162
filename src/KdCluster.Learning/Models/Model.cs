using KdCluster.Instances;
using KdCluster.Learning.Torch;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models;

/// <summary>A model of any task: a batch of model-ready inputs in; logits (of a regression the score), pooled embedding and what its layers say out.</summary>
/// <remarks>In batches of one shape a row's answer is the same bits wherever it stands and whatever stands beside it (one thread). An instance belongs to one thread at a time.</remarks>
public abstract class Model : Module<Tensor, ModelOutput>
{
    private protected Model(ModelShape shape, int embeddingWidth)
        : base(shape.Spec.Kind)
    {
        Shape = shape;
        EmbeddingWidth = embeddingWidth;
        Dropout = new SeededDropout(shape.Spec.Dropout);
    }

    /// <summary>Architecture and sizes.</summary>
    public ModelSpec Spec => Shape.Spec;

    /// <summary>The sizes that also depend on the data.</summary>
    public ModelShape Shape { get; }

    /// <summary>Columns of <see cref="ModelOutput.Embedding"/>.</summary>
    public int EmbeddingWidth { get; }

    /// <summary>What it can say of an instance, by name, and the shape of each.</summary>
    public virtual IReadOnlyList<(string Name, OutputShape Shape)> Outputs => [(Answer, new OutputShape(Shape.Classes)), (OutputNames.Embedding, new OutputShape(EmbeddingWidth)), .. LayerOutputs];

    /// <summary>The output that answers what is asked of the data: logits, the score, or of a causal language model the token logits.</summary>
    public virtual string Answer => OutputNames.Answer(Shape.Classes);

    /// <summary>What it is made of, by name, in its order: what can be frozen. A part may hold others, whose names begin with its own and a dot.</summary>
    public IReadOnlyList<string> Parts => [.. named_parameters().SelectMany(p => PartsOf(p.name)).Distinct()];

    /// <summary>Number of weights.</summary>
    public long ParameterCount => parameters().Sum(p => p.numel());

    /// <summary>What dropout draws from in training; the factory seeds it, a trainer may replace it or restore its state. On the host, wherever the model is.</summary>
    public torch.Generator? Random
    {
        get => Dropout.Random;
        set => Dropout.Random = value;
    }

    /// <summary>The parts that a weight is in, the largest first: of most models the name up to the first dot.</summary>
    private protected virtual IEnumerable<string> PartsOf(string weight) => [weight.Split('.', 2)[0]];

    private protected SeededDropout Dropout { get; }

    private protected abstract Linear Classifier { get; }

    /// <summary>The size that an instance is padded to: instances of one size share a batch, whose shape recurs. Depends on nothing but the instance's own length.</summary>
    /// <param name="length"><see cref="InstanceView.Length"/>.</param>
    public abstract int PaddedLength(int length);

    /// <summary>Joins instances into a batch.</summary>
    /// <param name="rows">Views of its encoder, none longer than <paramref name="padTo"/>.</param>
    /// <param name="padTo">Of <see cref="PaddedLength"/>.</param>
    /// <param name="padRows">Rows of the batch at least; those beyond <paramref name="rows"/> are padding.</param>
    /// <param name="device">Where it goes; null is the CPU.</param>
    /// <returns>[max(rows, padRows), …]; the caller's scope owns it.</returns>
    public abstract Tensor Collate(IReadOnlyList<InstanceView> rows, int padTo, int padRows = 0, Device? device = null);

    /// <summary>Joins instances into the smallest batch that holds the longest.</summary>
    /// <param name="rows">At least one.</param>
    /// <param name="device">Where it goes; null is the CPU.</param>
    public Tensor Collate(IReadOnlyList<InstanceView> rows, Device? device = null) => Collate(rows, PaddedLength(rows.Max(r => r.Length)), 0, device);

    /// <summary>Where a batch's tokens are: 1 at tokens, 0 at padding, [batch, length]; ones [batch, 1] where inputs have no length.</summary>
    /// <param name="batch">Of <see cref="Collate(IReadOnlyList{InstanceView}, int, int, Device?)"/>.</param>
    public virtual Tensor Real(Tensor batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return ones(batch.shape[0], 1, device: batch.device);
    }

    /// <summary>Computes logits and embedding.</summary>
    /// <param name="batch">Of <see cref="Collate(IReadOnlyList{InstanceView}, int, int, Device?)"/>.</param>
    public sealed override ModelOutput forward(Tensor batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = NewDisposeScope();
        (Tensor logits, Tensor embedding) = Compute(batch, OutputTap.None);
        return new ModelOutput(logits.MoveToOuterDisposeScope(), embedding.MoveToOuterDisposeScope());
    }

    /// <summary>Computes outputs by name.</summary>
    /// <param name="batch">Of <see cref="Collate(IReadOnlyList{InstanceView}, int, int, Device?)"/>.</param>
    /// <param name="wanted">Names of <see cref="Outputs"/>.</param>
    /// <returns>Each wanted output, [batch, …], of texts at the padded length: what it says at padding is without meaning. The caller's scope owns them.</returns>
    /// <exception cref="ArgumentException">The model has no such output.</exception>
    public IReadOnlyDictionary<string, Tensor> Compute(Tensor batch, IReadOnlyCollection<string> wanted)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(wanted);
        OutputTap tap = new(wanted);
        using (NewDisposeScope())
        {
            (Tensor logits, Tensor embedding) = Compute(batch, tap);
            tap.Offer(Answer, logits);
            tap.Offer(OutputNames.Embedding, embedding);
            foreach (Tensor kept in tap.Kept.Values)
                kept.MoveToOuterDisposeScope();
        }

        return wanted.FirstOrDefault(w => !tap.Kept.ContainsKey(w)) is { } unknown ? throw new ArgumentException($"the model {Spec.Kind} has no output {unknown}", nameof(wanted)) : tap.Kept;
    }

    /// <summary>The outputs of its layers.</summary>
    private protected virtual IEnumerable<(string Name, OutputShape Shape)> LayerOutputs => [];

    /// <summary>The row's pooled hidden state: [batch, embedding width]. Offers <see cref="LayerOutputs"/>.</summary>
    private protected abstract Tensor Pool(Tensor batch, OutputTap tap);

    /// <summary>Lets a model of a regression begin at a score: what it says of an instance of which it knows nothing.</summary>
    internal void BeginAt(double score)
    {
        using var off = no_grad();
        Classifier.bias!.zero_().PlusInPlace(score);
    }

    /// <summary>The answer, [batch, classes], and <see cref="Pool"/>; of a model whose answer is not made of the embedding alone, what it makes them of.</summary>
    private protected virtual (Tensor Logits, Tensor Embedding) Compute(Tensor batch, OutputTap tap)
    {
        Tensor embedding = Pool(batch, tap);
        return (Classifier.call(Dropout.call(embedding)), embedding);
    }
}
