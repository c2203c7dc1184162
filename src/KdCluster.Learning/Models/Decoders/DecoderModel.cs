using System.Globalization;
using KdCluster.Instances;
using KdCluster.Learning.Models.Families;
using KdCluster.Learning.Text;
using KdCluster.Learning.Torch;
using KdCluster.SoftTargets;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models.Decoders;

/// <summary>A causal language model of a published family; its weights have the names that they have in transformers. What it says of a token depends on the tokens up to it.</summary>
/// <remarks>
/// Input: int64 [batch, length], <see cref="Padding"/> after a row's last token. Its answer is <c>token-logits</c>, float32 [batch, length, vocabulary]: the token that follows each token. <c>embedding</c> is the mean of the last states over the row's tokens; <c>hidden.0</c> is the
/// embedding of the tokens, <c>hidden.N</c> what layer N says, the last one normalised.
/// </remarks>
internal sealed class DecoderModel : Model
{
    /// <summary>Stands for padding in a batch. Vocabularies of decoders have no token for it, and a token that ends texts may stand in one.</summary>
    public const int Padding = -1;

    // Of the first weights, as in GPT-2.
    private const double Deviation = 0.02;

    private readonly DecoderShape _shape;
    private readonly Dictionary<string, Parameter> _weights;

    public DecoderModel(ModelShape shape)
        : base(shape, shape.Spec.Embedding)
    {
        _shape = DecoderShape.Of(shape);
        _weights = _shape.Weights().ToDictionary(w => w.Name, w => new Parameter(First(w.Name, w.Sizes)), StringComparer.Ordinal);
        register_module("dropout", Dropout);
        foreach ((string name, Module module) in ModuleTree.OfWeights(_weights.Select(w => (w.Key, w.Value))))
            register_module(name, module);
    }

    /// <inheritdoc/>
    public override string Answer => OutputNames.TokenLogits;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, OutputShape Shape)> Outputs =>
        [(Answer, new OutputShape(OutputShape.Length, _shape.Vocabulary)), (OutputNames.Embedding, new OutputShape(EmbeddingWidth)), .. LayerOutputs];

    /// <inheritdoc/>
    public override int PaddedLength(int length) => LengthBuckets.Of(length, Shape.MaxLength);

    /// <inheritdoc/>
    public override Tensor Collate(IReadOnlyList<InstanceView> rows, int padTo, int padRows = 0, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return TokenBatch.Collate([.. rows.Select(r => r.Ids)], padTo, padRows, device, Padding);
    }

    /// <inheritdoc/>
    public override Tensor Real(Tensor batch) => Masks.Real(batch, Padding);

    private protected override Linear Classifier => throw new NotSupportedException("a causal language model has no classifier");

    private protected override IEnumerable<(string Name, OutputShape Shape)> LayerOutputs =>
        Enumerable.Range(0, _shape.Layers + 1).Select(i => (OutputNames.Hidden(i), new OutputShape(OutputShape.Length, _shape.Width)));

    // The body as a whole, then its embeddings, all its layers, each of them, and the last normalisation.
    private protected override IEnumerable<string> PartsOf(string weight)
    {
        string body = _shape.Prefix.TrimEnd('.');
        string[] path = weight.Split('.');
        return path[0] != body ? base.PartsOf(weight) : path[2].All(char.IsAsciiDigit) ? [body, $"{body}.{path[1]}", $"{body}.{path[1]}.{path[2]}"] : [body, $"{body}.{path[1]}"];
    }

    private protected override Tensor Pool(Tensor batch, OutputTap tap) => Compute(batch, tap).Embedding;

    private protected override (Tensor Logits, Tensor Embedding) Compute(Tensor batch, OutputTap tap)
    {
        Tensor states = Encode(batch.mul(batch.IsNot(Padding)), tap);
        return (functional.linear(states, _weights[_shape.Tied ? Embedding : "lm_head.weight"]), Masks.Mean(states, Real(batch)));
    }

    // The last maps of a block add to the states, and there are two in a layer.
    private Tensor First(string name, long[] sizes)
    {
        if (sizes.Length == 1)
            return name.EndsWith(".bias", StringComparison.Ordinal) ? zeros(sizes) : ones(sizes);
        bool adds = name.EndsWith("c_proj.weight", StringComparison.Ordinal) || name.EndsWith("o_proj.weight", StringComparison.Ordinal) || name.EndsWith("down_proj.weight", StringComparison.Ordinal);
        return init.normal_(empty(sizes), 0, adds ? Deviation / Math.Sqrt(2 * _shape.Layers) : Deviation);
    }

    private string Embedding => _shape.Prefix + (_shape.Kind == DecoderShape.Gpt2 ? "wte.weight" : "embed_tokens.weight");

    private Tensor Encode(Tensor ids, OutputTap tap)
    {
        bool gpt2 = _shape.Kind == DecoderShape.Gpt2;
        long length = ids.shape[1];
        Tensor states = _weights[Embedding].index_select(0, ids.flatten()).view(ids.shape[0], length, _shape.Width);
        if (gpt2)
            states = Dropout.call(states.Plus(_weights[_shape.Prefix + "wpe.weight"].narrow(0, 0, length)));
        Tensor ahead = ones(length, length, device: ids.device).triu(1).Times(-1e9); // [length, length]: 0 up to the token itself, beyond it far below any score
        (Tensor Cosine, Tensor Sine)? turn = gpt2 ? null : Rotary.Angles(length, _shape.HeadWidth, _shape.Theta, ids.device);
        for (int i = 0; i < _shape.Layers; i++)
        {
            tap.Offer(OutputNames.Hidden(i), states);
            string at = string.Create(CultureInfo.InvariantCulture, $"{_shape.Prefix}{(gpt2 ? "h" : "layers")}.{i}.");
            states = gpt2 ? Gpt2Layer(states, at, ahead) : LlamaLayer(states, at, ahead, turn!.Value);
        }

        states = gpt2 ? Norm(states, _shape.Prefix + "ln_f") : RootNorm(states, _shape.Prefix + "norm.weight");
        tap.Offer(OutputNames.Hidden(_shape.Layers), states);
        return states;
    }

    private Tensor Gpt2Layer(Tensor states, string at, Tensor ahead)
    {
        Tensor[] parts = Mapped(Norm(states, at + "ln_1"), at + "attn.c_attn").chunk(3, -1);
        states = states.Plus(Dropout.call(Mapped(Attend(Split(parts[0], _shape.Heads), Split(parts[1], _shape.Heads), Split(parts[2], _shape.Heads), ahead), at + "attn.c_proj")));
        return states.Plus(Dropout.call(Mapped(Gelu.ByTanh(Mapped(Norm(states, at + "ln_2"), at + "mlp.c_fc")), at + "mlp.c_proj")));
    }

    private Tensor LlamaLayer(Tensor states, string at, Tensor ahead, (Tensor Cosine, Tensor Sine) turn)
    {
        Tensor seen = RootNorm(states, at + "input_layernorm.weight");
        Tensor Part(string name, int heads) => Split(functional.linear(seen, _weights[$"{at}self_attn.{name}_proj.weight"]), heads);
        long served = _shape.Heads / _shape.KeyHeads;
        Tensor mixed = Attend(Rotary.Turn(Part("q", _shape.Heads), turn), Rotary.Turn(Part("k", _shape.KeyHeads), turn).repeat_interleave(served, 1), Part("v", _shape.KeyHeads).repeat_interleave(served, 1), ahead);
        states = states.Plus(functional.linear(mixed, _weights[at + "self_attn.o_proj.weight"]));
        seen = RootNorm(states, at + "post_attention_layernorm.weight");
        Tensor gate = functional.silu(functional.linear(seen, _weights[at + "mlp.gate_proj.weight"]));
        return states.Plus(functional.linear(gate.mul(functional.linear(seen, _weights[at + "mlp.up_proj.weight"])), _weights[at + "mlp.down_proj.weight"]));
    }

    // [batch, heads, length, head width] each; back to [batch, length, width].
    private Tensor Attend(Tensor query, Tensor key, Tensor value, Tensor ahead)
    {
        Tensor shares = matmul(query.Times(1 / Math.Sqrt(_shape.HeadWidth)), key.transpose(-2, -1)).Plus(ahead).softmax(-1);
        return matmul(Dropout.call(shares), value).transpose(1, 2).reshape(query.shape[0], query.shape[2], _shape.Width);
    }

    private Tensor Split(Tensor states, int heads) => states.reshape(states.shape[0], states.shape[1], heads, _shape.HeadWidth).transpose(1, 2);

    private Tensor Mapped(Tensor states, string name) => matmul(states, _weights[name + ".weight"]).Plus(_weights[name + ".bias"]);

    private Tensor Norm(Tensor states, string name) => functional.layer_norm(states, [_shape.Width], _weights[name + ".weight"], _weights[name + ".bias"], _shape.Epsilon);

    // x / √(mean x² + ε) · γ: Zhang and Sennrich, arXiv 1910.07467.
    private Tensor RootNorm(Tensor states, string name) => states.mul(states.Squared().mean([-1L], keepdim: true).Plus(_shape.Epsilon).rsqrt()).mul(_weights[name]);
}
