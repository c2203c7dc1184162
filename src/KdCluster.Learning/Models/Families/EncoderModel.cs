using System.Globalization;
using KdCluster.Instances;
using KdCluster.Learning.Text;
using KdCluster.Learning.Torch;
using KdCluster.SoftTargets;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models.Families;

/// <summary>An encoder of a published family with its head for sequences; its weights have the names that they have in transformers.</summary>
/// <remarks>Input: <see cref="TokenPlanes"/>. The layers' outputs are as published too: <c>hidden.0</c> is the normalised embedding, <c>hidden.N</c> what layer N says.</remarks>
internal sealed class EncoderModel : Model
{
    // Of the first weights, as in the papers of all three families.
    private const double Deviation = 0.02;

    private readonly Embedding _words, _positions;
    private readonly Embedding? _types;
    private readonly LayerNorm _norm;
    private readonly EncoderLayer[] _layers;
    private readonly Linear _dense, _out;

    public EncoderModel(ModelShape shape)
        : base(shape, shape.Spec.Embedding)
    {
        (int width, FamilySettings family, FamilyNames names) = (shape.Spec.Embedding, shape.Family!, FamilyNames.Of(shape.Spec.Kind));
        _words = Embedding(shape.Vocabulary, width, padding_idx: shape.Padding);
        _positions = Embedding(PositionsOf(shape), width);
        _types = family.Types > 0 ? Embedding(family.Types, width) : null;
        _norm = LayerNorm(width, family.Epsilon);
        _layers = [.. Enumerable.Range(0, shape.Spec.Layers).Select(_ => new EncoderLayer(shape, Dropout))];
        _dense = Linear(width, width);
        _out = Linear(width, shape.Classes);
        Initialise([_words, _positions, .. _types is null ? Array.Empty<Module>() : [_types], .. _layers.SelectMany(l => l.Parts(names)).Select(p => p.Module), _dense, _out], shape.Padding);
        IEnumerable<(string, Module)> encoder =
        [
            ("embeddings.word_embeddings", _words), ("embeddings.position_embeddings", _positions),
            .. _types is null ? Array.Empty<(string, Module)>() : [("embeddings.token_type_embeddings", _types)],
            ("embeddings.LayerNorm", _norm),
            .. _layers.SelectMany((layer, i) => layer.Parts(names).Select(p => (string.Create(CultureInfo.InvariantCulture, $"{names.Layers}.{i}.{p.Path}"), p.Module))),
        ];
        register_module("dropout", Dropout);
        foreach ((string name, Module module) in ModuleTree.Of([.. encoder.Select(p => ($"{names.Prefix}.{p.Item1}", p.Item2)), (names.HeadDense, _dense), (names.HeadOut, _out)]))
            register_module(name, module);
    }

    /// <summary>Rows of the position embedding: RoBERTa's first token stands in the row after padding's.</summary>
    public static int PositionsOf(ModelShape shape) => shape.MaxLength + OffsetOf(shape.Spec.Kind, shape.Padding);

    /// <summary>Rows of the position embedding before the first token's.</summary>
    public static int OffsetOf(string kind, int padding) => kind == FamilySettings.Roberta ? padding + 1 : 0;

    /// <inheritdoc/>
    public override int PaddedLength(int length) => LengthBuckets.Of(length, Shape.MaxLength);

    /// <inheritdoc/>
    public override Tensor Collate(IReadOnlyList<InstanceView> rows, int padTo, int padRows = 0, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return TokenPlanes.Collate(rows, Shape, padTo, padRows, device);
    }

    /// <inheritdoc/>
    public override Tensor Real(Tensor batch) => TokenPlanes.Real(batch);

    private protected override Linear Classifier => _out;

    // The encoder as a whole, then its embeddings, all its layers, each of them, and BERT's pooler.
    private protected override IEnumerable<string> PartsOf(string weight)
    {
        FamilyNames names = FamilyNames.Of(Spec.Kind);
        string layers = $"{names.Prefix}.{names.Layers}";
        string[] path = weight.Split('.');
        return path[0] != names.Prefix ? base.PartsOf(weight)
            : weight.StartsWith($"{layers}.", StringComparison.Ordinal) ? [names.Prefix, layers, $"{layers}.{path[layers.Split('.').Length]}"]
            : [names.Prefix, $"{names.Prefix}.{path[1]}"];
    }

    private protected override IEnumerable<(string Name, OutputShape Shape)> LayerOutputs =>
    [
        .. Enumerable.Range(0, Spec.Layers + 1).Select(i => (OutputNames.Hidden(i), new OutputShape(OutputShape.Length, Spec.Embedding))),
        .. Enumerable.Range(1, Spec.Layers).Select(i => (OutputNames.Attention(i), new OutputShape(Spec.Heads, OutputShape.Length, OutputShape.Length))),
    ];

    private protected override Tensor Pool(Tensor batch, OutputTap tap) => Compute(batch, tap).Embedding;

    // The answer is the family's own, whatever the embedding is.
    private protected override (Tensor Logits, Tensor Embedding) Compute(Tensor batch, OutputTap tap)
    {
        Tensor real = TokenPlanes.Real(batch), states = Encode(batch, real, tap), first = states.select(1, 0);
        Tensor hidden = Spec.Kind switch
        {
            FamilySettings.Bert => _dense.call(first).tanh(),
            FamilySettings.Roberta => _dense.call(Dropout.call(first)).tanh(),
            _ => functional.relu(_dense.call(first)),
        };
        Tensor embedding = Shape.Family!.Pooling switch
        {
            FamilySettings.Mean => Masks.Mean(states, real),
            FamilySettings.Pooler => hidden,
            _ => first,
        };
        return (_out.call(Dropout.call(hidden)), embedding);
    }

    private Tensor Encode(Tensor batch, Tensor real, OutputTap tap)
    {
        Tensor bias = real.Minus(1).TimesInPlace(1e9).unsqueeze(1).unsqueeze(1); // [batch, 1, 1, length]: 0, or far below any score
        Tensor states = _words.call(TokenPlanes.Ids(batch)).Plus(_positions.call(TokenPlanes.Positions(batch)));
        if (_types is not null)
            states = states.Plus(_types.call(TokenPlanes.Types(batch)));
        states = Dropout.call(_norm.call(states));
        tap.Offer(OutputNames.Hidden(0), states);
        for (int i = 0; i < _layers.Length; i++)
        {
            (states, Tensor scores) = _layers[i].Apply(states, bias);
            tap.Offer(OutputNames.Attention(i + 1), scores);
            tap.Offer(OutputNames.Hidden(i + 1), states);
        }

        return states;
    }

    private static void Initialise(IEnumerable<Module> modules, int padding)
    {
        using var off = no_grad();
        foreach (Module module in modules)
        {
            if (module is Linear linear)
            {
                init.normal_(linear.weight!, 0, Deviation);
                init.zeros_(linear.bias!);
            }
            else if (module is Embedding embedding)
            {
                init.normal_(embedding.weight!, 0, Deviation);
            }
        }

        using Tensor row = modules.OfType<Embedding>().First().weight![padding];
        row.zero_();
    }
}
