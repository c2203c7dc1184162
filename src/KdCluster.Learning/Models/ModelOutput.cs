using static TorchSharp.torch;

namespace KdCluster.Learning.Models;

/// <summary>What a model says of a batch; the caller's scope owns both.</summary>
/// <param name="Logits">Raw scores, before temperature: [batch, classes]; of a regression the score, [batch, 1]; of a causal language model [batch, length, vocabulary].</param>
/// <param name="Embedding">The pooled hidden state before the classifier: [batch, embedding width].</param>
public readonly record struct ModelOutput(Tensor Logits, Tensor Embedding);
