using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Checkpoints.Published;
using KdCluster.Learning.Models.Families;
using KdCluster.Learning.Torch;
using KdCluster.SoftTargets;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models.Decoders;

/// <summary>A published causal language model that answers and is not trained: what it says of each token depends on those before it. An instance belongs to one thread at a time.</summary>
public sealed class CausalModel : IDisposable
{
    /// <summary>The output of a token's continuation: float32 [length, vocabulary], before the softmax.</summary>
    public const string TokenLogits = "token-logits";

    private readonly DecoderShape _shape;
    private readonly Dictionary<string, Tensor> _weights;

    private CausalModel(DecoderShape shape, Dictionary<string, Tensor> weights) => (_shape, _weights) = (shape, weights);

    /// <summary>Tokens of the vocabulary.</summary>
    public int Vocabulary => _shape.Vocabulary;

    /// <summary>Longest input in tokens.</summary>
    public int MaxLength => _shape.Positions;

    /// <summary>Its outputs by name: <see cref="TokenLogits"/>, and the states as transformers has them: <c>hidden.0</c> the embedding, the last normalised.</summary>
    public IReadOnlyList<(string Name, OutputShape Shape)> Outputs =>
        [(TokenLogits, new OutputShape(OutputShape.Length, _shape.Vocabulary)), .. Enumerable.Range(0, _shape.Layers + 1).Select(i => (OutputNames.Hidden(i), new OutputShape(OutputShape.Length, _shape.Width)))];

    /// <summary>Reads a folder in the Hugging Face layout, of GPT-2's or Llama's family; weights in half precision are widened.</summary>
    /// <param name="folder">With <c>config.json</c> and one file of weights, or shards with their index.</param>
    /// <exception cref="KdException"><c>KD1202</c> a file is missing, <c>KD1203</c> damaged, <c>KD1204</c> tensors do not fit, <c>KD1212</c> a weight is not finite, <c>KD1215</c> the model asks for what cannot be done here.</exception>
    public static CausalModel Load(string folder)
    {
        DecoderShape shape = DecoderConfig.Read(CheckpointFiles.Read(folder, CheckpointFiles.Config), Path.Combine(folder, CheckpointFiles.Config));
        using WeightFiles files = WeightFiles.OpenFolder(folder);
        return new CausalModel(shape, DecoderWeights.Read(shape, files));
    }

    /// <summary>Computes outputs by name.</summary>
    /// <param name="ids">int64 [batch, length]; what stands after a row's last token changes nothing before it.</param>
    /// <param name="wanted">Names of <see cref="Outputs"/>.</param>
    /// <returns>[batch, length, …]; the caller's scope owns them.</returns>
    /// <exception cref="ArgumentException">The model has no such output, or a row is too long.</exception>
    public IReadOnlyDictionary<string, Tensor> Compute(Tensor ids, IReadOnlyCollection<string> wanted)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(wanted);
        if (ids.shape[1] > MaxLength)
            throw new ArgumentException($"{ids.shape[1]} tokens, {MaxLength} is the most.", nameof(ids));
        var tap = new OutputTap(wanted);
        using (no_grad())
        using (NewDisposeScope())
        {
            Tensor states = Encode(ids, tap);
            if (tap.Wants(TokenLogits))
                tap.Offer(TokenLogits, functional.linear(states, _weights[_shape.Tied ? Embedding : "lm_head.weight"]));
            foreach (Tensor kept in tap.Kept.Values)
                kept.MoveToOuterDisposeScope();
        }

        return wanted.FirstOrDefault(w => !tap.Kept.ContainsKey(w)) is { } unknown ? throw new ArgumentException($"the model {_shape.Kind} has no output {unknown}", nameof(wanted)) : tap.Kept;
    }

    /// <summary>Continues a text with the likeliest token, again and again; of equal ones the first.</summary>
    /// <param name="begin">Token ids, at least one.</param>
    /// <param name="tokens">How many to add; fewer where the text becomes as long as the model allows.</param>
    /// <returns>What it begins with and what was added.</returns>
    public int[] Continue(IReadOnlyList<int> begin, int tokens)
    {
        ArgumentNullException.ThrowIfNull(begin);
        ArgumentOutOfRangeException.ThrowIfZero(begin.Count, nameof(begin));
        List<int> ids = [.. begin];
        for (int n = 0; n < tokens && ids.Count < MaxLength; n++)
        {
            using var scope = NewDisposeScope();
            float[] logits = Compute(tensor(ids.Select(i => (long)i).ToArray(), [1, ids.Count]), [TokenLogits])[TokenLogits].select(1, -1).contiguous().data<float>().ToArray();
            ids.Add(Array.IndexOf(logits, logits.Max()));
        }

        return [.. ids];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor weight in _weights.Values)
            weight.Dispose();
    }

    private string Embedding => _shape.Prefix + (_shape.Kind == DecoderShape.Gpt2 ? "wte.weight" : "embed_tokens.weight");

    private Tensor Encode(Tensor ids, OutputTap tap)
    {
        bool gpt2 = _shape.Kind == DecoderShape.Gpt2;
        long length = ids.shape[1];
        Tensor states = _weights[Embedding].index_select(0, ids.flatten()).view(ids.shape[0], length, _shape.Width);
        if (gpt2)
            states = states.Plus(_weights[_shape.Prefix + "wpe.weight"].narrow(0, 0, length));
        Tensor ahead = ones(length, length).triu(1).Times(-1e9); // [length, length]: 0 up to the token itself, beyond it far below any score
        (Tensor Cosine, Tensor Sine)? turn = gpt2 ? null : Rotary.Angles(length, _shape.HeadWidth, _shape.Theta);
        for (int i = 0; i < _shape.Layers; i++)
        {
            tap.Offer(OutputNames.Hidden(i), states);
            string at = FormattableString.Invariant($"{_shape.Prefix}{(gpt2 ? "h" : "layers")}.{i}.");
            states = gpt2 ? Gpt2Layer(states, at, ahead) : LlamaLayer(states, at, ahead, turn!.Value);
        }

        states = gpt2 ? Norm(states, _shape.Prefix + "ln_f") : RootNorm(states, _shape.Prefix + "norm.weight");
        tap.Offer(OutputNames.Hidden(_shape.Layers), states);
        return states;
    }

    private Tensor Gpt2Layer(Tensor states, string at, Tensor ahead)
    {
        Tensor[] parts = Mapped(Norm(states, at + "ln_1"), at + "attn.c_attn").chunk(3, -1);
        states = states.Plus(Mapped(Attend(Split(parts[0], _shape.Heads), Split(parts[1], _shape.Heads), Split(parts[2], _shape.Heads), ahead), at + "attn.c_proj"));
        return states.Plus(Mapped(Gelu.ByTanh(Mapped(Norm(states, at + "ln_2"), at + "mlp.c_fc")), at + "mlp.c_proj"));
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
        return matmul(shares, value).transpose(1, 2).reshape(query.shape[0], query.shape[2], _shape.Width);
    }

    private Tensor Split(Tensor states, int heads) => states.reshape(states.shape[0], states.shape[1], heads, _shape.HeadWidth).transpose(1, 2);

    private Tensor Mapped(Tensor states, string name) => matmul(states, _weights[name + ".weight"]).Plus(_weights[name + ".bias"]);

    private Tensor Norm(Tensor states, string name) => functional.layer_norm(states, [_shape.Width], _weights[name + ".weight"], _weights[name + ".bias"], _shape.Epsilon);

    // x / √(mean x² + ε) · γ: Zhang and Sennrich, arXiv 1910.07467.
    private Tensor RootNorm(Tensor states, string name) => states.mul(states.Squared().mean([-1L], keepdim: true).Plus(_shape.Epsilon).rsqrt()).mul(_weights[name]);
}
