namespace KdCluster.Grains;

/// <summary>Which of a model's inputs and outputs is which of ours. What it does not name is told by the usual names.</summary>
/// <param name="Inputs">From <c>input_ids</c>, <c>attention_mask</c>, <c>token_type_ids</c> or <c>pixels</c> to the model's names.</param>
/// <param name="Outputs">From names such as <c>logits</c>, <c>embedding</c> or <c>hidden.3</c> to the model's names.</param>
[GenerateSerializer, Immutable, Alias("kd.TensorNames")]
public sealed record TensorNames([property: Id(0)] IReadOnlyDictionary<string, string> Inputs, [property: Id(1)] IReadOnlyDictionary<string, string> Outputs);
