namespace KdCluster.Learning.Models.Decoders;

/// <summary>The architecture of a causal language model of a published family.</summary>
/// <param name="Kind"><see cref="Gpt2"/> or <see cref="Llama"/>.</param>
/// <param name="Width">Width of the states.</param>
/// <param name="Hidden">Width of the feed-forward layer.</param>
/// <param name="Layers">Layers.</param>
/// <param name="Heads">Heads of the queries.</param>
/// <param name="KeyHeads">Heads of keys and values; each serves as many heads of the queries.</param>
/// <param name="Vocabulary">Rows of the token embedding.</param>
/// <param name="Positions">Longest input in tokens.</param>
/// <param name="Epsilon">What is added to the variance in normalisations.</param>
/// <param name="Theta">Base of the rotary embedding's wave lengths; of <see cref="Llama"/>.</param>
/// <param name="Tied">Whether the token embedding is the last layer too.</param>
internal sealed record DecoderShape(string Kind, int Width, int Hidden, int Layers, int Heads, int KeyHeads, int Vocabulary, int Positions, double Epsilon, double Theta, bool Tied)
{
    public const string Gpt2 = DecoderSettings.Gpt2, Llama = DecoderSettings.Llama;

    /// <summary>Of a model's shape, whose maximum length is the number of its positions.</summary>
    public static DecoderShape Of(ModelShape shape)
    {
        (Recipes.ModelSpec spec, DecoderSettings own) = (shape.Spec, shape.Decoder!);
        return new DecoderShape(spec.Kind, spec.Embedding, spec.Hidden, spec.Layers, spec.Heads, own.KeyHeads ?? spec.Heads, shape.Vocabulary, shape.MaxLength, own.Epsilon, own.Theta, own.Tied);
    }

    /// <summary>Width of a head.</summary>
    public int HeadWidth => Width / Heads;

    /// <summary>What the names of the body's weights begin with; published base models leave it out.</summary>
    public string Prefix => Kind == Gpt2 ? "transformer." : "model.";

    /// <summary>Name and sizes of every weight, as in transformers. GPT-2's matrices are [in, out].</summary>
    public IEnumerable<(string Name, long[] Sizes)> Weights()
    {
        bool gpt2 = Kind == Gpt2;
        yield return (Prefix + (gpt2 ? "wte.weight" : "embed_tokens.weight"), [Vocabulary, Width]);
        if (gpt2)
            yield return (Prefix + "wpe.weight", [Positions, Width]);
        for (int i = 0; i < Layers; i++)
        {
            foreach ((string name, long[] sizes) in gpt2 ? Gpt2Layer() : LlamaLayer())
                yield return (FormattableString.Invariant($"{Prefix}{(gpt2 ? "h" : "layers")}.{i}.{name}"), sizes);
        }

        yield return (Prefix + (gpt2 ? "ln_f.weight" : "norm.weight"), [Width]);
        if (gpt2)
            yield return (Prefix + "ln_f.bias", [Width]);
        if (!Tied)
            yield return ("lm_head.weight", [Vocabulary, Width]);
    }

    private IEnumerable<(string Name, long[] Sizes)> Gpt2Layer() =>
    [
        ("ln_1.weight", [Width]), ("ln_1.bias", [Width]), ("attn.c_attn.weight", [Width, 3 * Width]), ("attn.c_attn.bias", [3 * Width]), ("attn.c_proj.weight", [Width, Width]), ("attn.c_proj.bias", [Width]),
        ("ln_2.weight", [Width]), ("ln_2.bias", [Width]), ("mlp.c_fc.weight", [Width, Hidden]), ("mlp.c_fc.bias", [Hidden]), ("mlp.c_proj.weight", [Hidden, Width]), ("mlp.c_proj.bias", [Width]),
    ];

    private IEnumerable<(string Name, long[] Sizes)> LlamaLayer() =>
    [
        ("input_layernorm.weight", [Width]), ("self_attn.q_proj.weight", [Width, Width]), ("self_attn.k_proj.weight", [KeyHeads * HeadWidth, Width]), ("self_attn.v_proj.weight", [KeyHeads * HeadWidth, Width]),
        ("self_attn.o_proj.weight", [Width, Width]), ("post_attention_layernorm.weight", [Width]), ("mlp.gate_proj.weight", [Hidden, Width]), ("mlp.up_proj.weight", [Hidden, Width]), ("mlp.down_proj.weight", [Width, Hidden]),
    ];
}
